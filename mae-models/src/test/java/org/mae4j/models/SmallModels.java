package org.mae4j.models;

import java.util.List;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;

/** Geometries that are computed in no time, and how they look at a video. */
public final class SmallModels {

  public static final ClipInput INPUT = ClipInput.video(new FrameSampling(4, 2, 30), 8);
  public static final ClipInput IMAGE_INPUT = ClipInput.photograph(new FrameSampling(1, 2, 30), 8);
  public static final List<String> CLASSES = List.of("up", "down", "still");

  public static final VideoMaeConfig VIDEO =
      new VideoMaeConfig(
          VitConfig.video(
                  new ClipShape(4, 8, 8), new PatchShape(2, 4, 4), new TransformerShape(12, 2, 3))
              .withPositionStart(PositionStart.SIN_COS),
          new TransformerShape(8, 1, 2));

  public static final ImageMaeConfig IMAGE =
      new ImageMaeConfig(
          VitConfig.image(
                  new ClipShape(1, 8, 8), new PatchShape(1, 4, 4), new TransformerShape(12, 2, 3))
              .withPositions(Positions.FIXED),
          new TransformerShape(8, 1, 2));

  public static final ClassifierConfig CLASSIFIER =
      ClassifierConfig.video(VIDEO.vit(), 3).withClassNames(CLASSES);

  public static final ClassifierConfig IMAGE_CLASSIFIER =
      new ClassifierConfig(IMAGE.vit(), 3, Pooling.MEAN).withClassNames(CLASSES);

  private SmallModels() {}
}
