package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;

/**
 * An image model as an encoder of clips: it sees each frame by itself, and a clip's features are
 * the mean of its frames'. Whatever the pooling, the order of the frames is lost, as it is where
 * the paper averages an image model's logits over frames.
 */
public final class BagOfFrames implements Encoder {

  private final Encoder image;
  private final int frames;

  /**
   * Wraps an image model.
   *
   * @param image takes clips of one frame
   * @param frames T of the clips to take, at least 1
   */
  public BagOfFrames(Encoder image, int frames) {
    this.image = Objects.requireNonNull(image, "image");
    Checks.require(
        image.clip().frames() == 1,
        "an image model takes clips of 1 frame, but this one takes %s",
        image.clip());
    this.frames = Checks.atLeast(1, frames, "frames");
  }

  Encoder image() {
    return image;
  }

  @Override
  public ClipShape clip() {
    return new ClipShape(frames, image.clip().height(), image.clip().width());
  }

  @Override
  public TokenGrid grid() {
    return new TokenGrid(frames, image.grid().rows(), image.grid().columns());
  }

  @Override
  public int width() {
    return image.width();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if a mask does not keep as many tokens of every frame
   */
  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    List<TokenMask> ofFrames = new ArrayList<>();
    masks.forEach(mask -> ofFrames.addAll(split(mask)));
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray latents = image.encode(frames(clips, scope), ofFrames);
      NDArray tokens = latents.get(":, " + image.prefixTokens() + ":");
      NDArray joined = tokens.reshape(masks.size(), -1, image.width());
      joined.attach(clips.getManager());
      return joined;
    }
  }

  @Override
  public NDArray embed(NDArray clips, Pooling pooling) {
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray features = image.embed(frames(clips, scope), pooling);
      NDArray mean =
          features
              .reshape(clips.getShape().get(0), frames, features.getShape().get(1))
              .mean(new int[] {1});
      mean.attach(clips.getManager());
      return mean;
    }
  }

  /** (N, 3, T, H, W) to (N x T, 3, 1, H, W), which belongs to {@code scope}. */
  private NDArray frames(NDArray clips, NDManager scope) {
    Shape shape = clips.getShape();
    Checks.require(
        shape.dimension() == 5 && shape.get(2) == frames,
        "clips must be (N, 3, %s, H, W), but are %s",
        frames,
        shape);
    NDArray borrowed = clips.reshape(shape);
    borrowed.attach(scope);
    return borrowed
        .transpose(0, 2, 1, 3, 4)
        .reshape(shape.get(0) * frames, 3, 1, shape.get(3), shape.get(4));
  }

  private List<TokenMask> split(TokenMask mask) {
    int perFrame = image.grid().tokens();
    Checks.require(
        mask.tokens() == frames * perFrame,
        "the mask must have %s tokens, but has %s",
        frames * perFrame,
        mask.tokens());
    List<TokenMask> split = new ArrayList<>();
    for (int frame = 0; frame < frames; frame++) {
      int first = frame * perFrame;
      int[] visible =
          Arrays.stream(mask.visible())
              .filter(token -> token >= first && token < first + perFrame)
              .map(token -> token - first)
              .toArray();
      Checks.require(
          visible.length * frames == mask.visibleCount(),
          "a mask must keep as many tokens of every frame, but keeps %s of %s in frame %s",
          visible.length,
          mask.visibleCount(),
          frame);
      split.add(TokenMask.ofVisible(perFrame, visible));
    }
    return split;
  }
}
