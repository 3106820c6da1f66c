package org.mae4j.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.ImageCrop;
import org.mae4j.data.augment.RandomShortSideCrop;
import org.mae4j.data.augment.UniformCrop;
import org.mae4j.data.augment.UniformCrop.Position;

/**
 * One way to look at a video when judging: which window of it, and which part of its picture. A
 * protocol is a list of views, over which a model's predictions are averaged.
 *
 * @param placement where the window lies
 * @param augmentation scales, crops and normalises
 */
public record ClipView(WindowPlacement placement, ClipAugmentation augmentation) {

  private static final int PAPER_MIN_SHORT_SIDE = 256;
  private static final int PAPER_MAX_SHORT_SIDE = 320;

  public ClipView {
    Objects.requireNonNull(placement, "placement");
    Objects.requireNonNull(augmentation, "augmentation");
  }

  /** The centred window and the largest centred square, S x S pixels. Nothing is random. */
  public static ClipView centre(int size) {
    return new ClipView(WindowPlacement.centre(), UniformCrop.centre(size));
  }

  /**
   * Evenly spread windows, each with three squares side by side along the longer side of the
   * picture: the usual test with several views. Nothing is random.
   *
   * @param windows K, at least 1
   * @param size S in pixels
   * @return 3 K views, those of the first window first
   */
  public static List<ClipView> uniform(int windows, int size) {
    checkArgument(windows >= 1, "windows must be at least 1, but were %s", windows);
    return IntStream.range(0, windows)
        .boxed()
        .flatMap(
            window ->
                Stream.of(Position.values())
                    .map(
                        position ->
                            new ClipView(
                                new WindowPlacement.Uniform(window, windows),
                                UniformCrop.builder().setSize(size).optPosition(position).build())))
        .toList();
  }

  /**
   * The usual look at a photograph: its shorter side scaled to 256 pixels, the square of 224 in the
   * middle. Nothing is random.
   */
  public static ClipView imageNet() {
    return new ClipView(WindowPlacement.centre(), ImageCrop.imageNet());
  }

  /**
   * What the paper's code validates with: a random window, scale, square and mirroring, one view.
   * Figures made so vary from seed to seed.
   *
   * @param size S in pixels, at most 256
   */
  public static ClipView paperRandom(int size) {
    return new ClipView(
        WindowPlacement.random(),
        RandomShortSideCrop.builder()
            .setSize(size)
            .setShortSide(PAPER_MIN_SHORT_SIDE, PAPER_MAX_SHORT_SIDE)
            .build());
  }

  /**
   * Looks so at each video or image once, in the source's own order.
   *
   * @param batchSize N, at least 1
   * @param seed decides what is random
   * @return one fixed pass, to be closed by the caller; the source stays open
   */
  public VideoBatches batches(ClipSource source, FrameSampling sampling, int batchSize, long seed) {
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(source)
            .setSampling(sampling)
            .setBatchSize(batchSize)
            .optPlacement(placement)
            .optFixedOrder()
            .optSeed(seed)
            .build();
    return new VideoBatches(loader, augmentation);
  }
}
