package org.mae4j.data;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Crop;

/**
 * One way to look at a video when judging: which frames of it, and which part of its picture. A
 * protocol is a list of views, over which a model's predictions are averaged.
 *
 * @param sampling how many frames, how far apart
 * @param placement where their window lies
 * @param augmentation scales, crops and normalises
 */
public record ClipView(
    FrameSampling sampling, WindowPlacement placement, ClipAugmentation augmentation) {

  private static final int PAPER_MIN_SHORT_SIDE = 256;
  private static final int PAPER_MAX_SHORT_SIDE = 320;
  private static final double PAPER_FLIP = 0.5;

  public ClipView {
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(placement, "placement");
    Objects.requireNonNull(augmentation, "augmentation");
  }

  /** The centred window and the square in the middle. Nothing is random. */
  public static ClipView centre(ClipInput input) {
    return new ClipView(input.sampling(), WindowPlacement.centre(), Crop.centre(input));
  }

  /**
   * Evenly spread windows, each with three squares side by side along the longer side of the
   * picture: the usual test with several views. Nothing is random.
   *
   * @param windows K, at least 1
   * @return 3 K views, those of the first window first
   */
  public static List<ClipView> uniform(int windows, ClipInput input) {
    Checks.atLeast(1, windows, "windows");
    List<Crop> squares = Crop.spread(input);
    return IntStream.range(0, windows)
        .mapToObj(window -> new WindowPlacement.Uniform(window, windows))
        .flatMap(
            window ->
                squares.stream().map(square -> new ClipView(input.sampling(), window, square)))
        .toList();
  }

  /**
   * What the paper's code validates with: a random window, scale, square and mirroring, one view.
   * Figures made so vary from seed to seed.
   *
   * @param input of a size of at most 256 pixels
   * @throws IllegalArgumentException if it is larger
   */
  public static ClipView paperRandom(ClipInput input) {
    return new ClipView(
        input.sampling(),
        WindowPlacement.random(),
        Crop.randomShortSide(PAPER_MIN_SHORT_SIDE, PAPER_MAX_SHORT_SIDE, PAPER_FLIP, input));
  }
}
