package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.mae4j.api.ClipShape;
import org.mae4j.api.internal.Checks;

/** Clips before a model of single frames, which sees each frame as an image. */
public final class FramesAsImages {

  private FramesAsImages() {}

  /** Whether a model that takes such clips sees frames of these. */
  public static boolean areSeen(NDArray clips, ClipShape model) {
    return model.frames() == 1 && clips.getShape().dimension() == 5;
  }

  /** (N, 3, T, H, W) to (N x T, 3, 1, H, W). */
  public static NDArray of(NDArray clips) {
    Shape shape = clips.getShape();
    return clips
        .transpose(0, 2, 1, 3, 4)
        .reshape(shape.get(0) * shape.get(2), 3, 1, shape.get(3), shape.get(4));
  }

  /**
   * What a model says of images, averaged over the frames of each clip.
   *
   * @param clips (N, 3, T, H, W), float32
   * @param ofImages (N x T, 3, 1, H, W) to (N x T, F)
   * @return (N, F); it belongs to the manager of {@code clips}
   * @throws IllegalArgumentException if the clips have another type or shape
   */
  public static NDArray mean(NDArray clips, ClipShape model, UnaryOperator<NDArray> ofImages) {
    Checks.float32(clips, "clips");
    Shape shape = clips.getShape();
    Checks.require(
        shape.dimension() == 5
            && shape.get(0) > 0
            && shape.get(1) == 3
            && shape.get(2) > 0
            && shape.get(3) == model.height()
            && shape.get(4) == model.width(),
        "clips must be (N, 3, T, %s, %s), N and T at least 1, but are %s",
        model.height(),
        model.width(),
        shape);
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray images = of(ParameterValues.borrow(scope, clips));
      NDArray mean =
          ofImages.apply(images).reshape(shape.get(0), shape.get(2), -1).mean(new int[] {1});
      mean.attach(clips.getManager());
      return mean;
    }
  }
}
