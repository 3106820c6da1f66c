package org.mae4j.data.corruption;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.augment.Frames;

/**
 * The distortions. Strengths are in the units of the published tasks where these have one; lengths
 * are in pixels of the frames, so that larger pictures need larger ones.
 *
 * <p>Grey pictures are made for all but {@link #falseColour}, {@link #rotation}, {@link #eidolon}
 * and {@link #stylised}, as in the published tasks.
 */
public final class Corruptions {

  private static final float GREY = 0.5f;
  private static final float TINY = 1e-8f;
  private static final double NOISE_CONTRAST = 0.3;
  private static final int STYLE_LEVELS = 4;

  private Corruptions() {}

  /** Each distortion under its task's name, at a strength that can be seen on small pictures. */
  public static Map<String, Corruption> suite() {
    Map<String, Corruption> suite = new LinkedHashMap<>();
    suite.put("colour", greyscale());
    suite.put("contrast", contrast(0.3));
    suite.put("high-pass", highPass(1.5));
    suite.put("low-pass", lowPass(1.5));
    suite.put("phase-scrambling", phaseScrambling(60));
    suite.put("power-equalisation", powerEqualisation());
    suite.put("false-colour", falseColour());
    suite.put("rotation", rotation(1));
    suite.put("uniform-noise", uniformNoise(0.2));
    suite.put("eidolon", eidolon(2, 2));
    suite.put("edge", edges(0.3));
    suite.put("silhouette", silhouette());
    suite.put("stylized", stylised(1.5));
    return Collections.unmodifiableMap(suite);
  }

  /** No colour: brightness only. */
  public static Corruption greyscale() {
    return (frames, random) -> Pixels.change(frames, Pixels::luminance);
  }

  /**
   * Grey pictures drawn together around mid grey.
   *
   * @param level the share of the contrast that is left, in [0, 1]
   */
  public static Corruption contrast(double level) {
    Checks.share(level, "contrast");
    return (frames, random) ->
        Pixels.change(frames, pixels -> towardsGrey(Pixels.luminance(pixels), level));
  }

  private static NDArray towardsGrey(NDArray grey, double level) {
    return grey.sub(GREY).mul((float) level).add(GREY);
  }

  /**
   * What a blur takes away, on mid grey.
   *
   * @param deviation of the Gaussian in pixels, positive; the smaller, the less is left
   */
  public static Corruption highPass(double deviation) {
    Checks.positiveFinite(deviation, "deviation");
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              NDArray grey = Pixels.luminance(pixels);
              return grey.sub(Pixels.blur(grey, deviation)).add(GREY);
            });
  }

  /**
   * A blur.
   *
   * @param deviation of the Gaussian in pixels, positive
   */
  public static Corruption lowPass(double deviation) {
    Checks.positiveFinite(deviation, "deviation");
    return (frames, random) ->
        Pixels.change(frames, pixels -> Pixels.blur(Pixels.luminance(pixels), deviation));
  }

  /**
   * Random shifts of all phases of the Fourier transform; amplitudes stay.
   *
   * @param degrees the largest shift, in [0, 180]; at 180 nothing of the phases is left
   */
  public static Corruption phaseScrambling(double degrees) {
    Checks.require(
        degrees >= 0 && degrees <= 180, "phase shift must be in [0, 180], but was %s", degrees);
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              NDArray grey = Pixels.luminance(pixels);
              NDArray angles = randomPhases(grey, random).mul((float) (degrees / 180));
              return Spectrum.of(grey).turned(angles).picture();
            });
  }

  /**
   * (1, h, w): those of white noise, which are uniform, and those of a real picture. The mean, and
   * what else can only change its sign, keeps its phase.
   */
  private static NDArray randomPhases(NDArray grey, RandomGenerator random) {
    int h = Pixels.height(grey);
    int w = Pixels.width(grey);
    Spectrum noise = Spectrum.of(noise(grey.getManager(), random, h, w));
    float[] real = noise.real().toFloatArray();
    float[] imaginary = noise.imaginary().toFloatArray();
    float[] phases = new float[h * w];
    for (int i = 0; i < phases.length; i++) {
      boolean ownPartner = 2 * (i / w) % h == 0 && 2 * (i % w) % w == 0;
      phases[i] = ownPartner ? 0 : (float) Math.atan2(imaginary[i], real[i]);
    }
    return grey.getManager().create(phases, new Shape(1, h, w));
  }

  /**
   * The amplitudes of all pictures made the same, those of natural scenes, which fall with
   * frequency; phases, mean and overall contrast stay.
   */
  public static Corruption powerEqualisation() {
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              NDArray grey = Pixels.luminance(pixels);
              Spectrum spectrum = Spectrum.of(grey);
              NDArray amplitude = spectrum.amplitude();
              NDArray natural = inverseFrequency(grey);
              NDArray notMean = natural.sign();
              NDArray power = amplitude.mul(notMean).square().sum(new int[] {1, 2}, true).sqrt();
              NDArray wanted =
                  natural.div(natural.square().sum(new int[] {1, 2}, true).sqrt()).mul(power);
              NDArray factors = wanted.div(amplitude.add(TINY)).add(notMean.neg().add(1));
              return spectrum.times(factors).picture();
            });
  }

  /** (1, h, w): one over the frequency in cycles per picture; 0 for the mean. */
  private static NDArray inverseFrequency(NDArray grey) {
    int h = Pixels.height(grey);
    int w = Pixels.width(grey);
    float[] values = new float[h * w];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        double frequency = Math.hypot(Math.min(y, h - y), Math.min(x, w - x));
        values[y * w + x] = frequency == 0 ? 0 : (float) (1 / frequency);
      }
    }
    return grey.getManager().create(values, new Shape(1, h, w));
  }

  /** Every colour replaced by its opposite of the same brightness. */
  public static Corruption falseColour() {
    return (frames, random) ->
        Pixels.change(frames, pixels -> Pixels.luminance(pixels).expandDims(3).mul(2).sub(pixels));
  }

  /**
   * Turns counter-clockwise.
   *
   * @param quarters quarter turns, in [0, 3]
   */
  public static Corruption rotation(int quarters) {
    Checks.require(
        quarters >= 0 && quarters <= 3, "quarter turns must be in [0, 3], but were %s", quarters);
    return (frames, random) -> {
      Frames.check(frames);
      try (NDManager scope = frames.getManager().newSubManager()) {
        NDArray borrowed = frames.reshape(frames.getShape());
        borrowed.attach(scope);
        NDArray view = borrowed.rotate90(quarters, new int[] {1, 2});
        // Made anew in its own order: DJL leaves a copy behind whenever it reads a view.
        NDArray turned = view.flatten().reshape(view.getShape());
        turned.attach(frames.getManager());
        return turned;
      }
    };
  }

  /**
   * Grey pictures at 30% of their contrast with noise added.
   *
   * @param width the most that is added to or taken from a pixel, whose range is 1; at least 0 and
   *     finite
   */
  public static Corruption uniformNoise(double width) {
    Checks.notNegativeFinite(width, "noise width");
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              NDArray grey = towardsGrey(Pixels.luminance(pixels), NOISE_CONTRAST);
              int h = Pixels.height(grey);
              int w = Pixels.width(grey);
              float[] values = new float[h * w];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((2 * random.nextDouble() - 1) * width);
              }
              return grey.add(grey.getManager().create(values, new Shape(1, h, w)));
            });
  }

  /**
   * Pixels led astray by smooth random fields, after the eidolons of Koenderink et al. 2017, at one
   * scale.
   *
   * @param reach the standard deviation of the way in pixels, at least 0 and finite
   * @param grain how smooth the fields are: the deviation of the Gaussian in pixels, positive
   */
  public static Corruption eidolon(double reach, double grain) {
    Checks.notNegativeFinite(reach, "reach");
    Checks.positiveFinite(grain, "grain");
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              int h = Pixels.height(pixels);
              int w = Pixels.width(pixels);
              float[] down = field(pixels.getManager(), random, h, w, grain);
              float[] across = field(pixels.getManager(), random, h, w, grain);
              long[] from = new long[h * w];
              for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                  long row = Math.round(y + reach * down[y * w + x]);
                  long column = Math.round(x + reach * across[y * w + x]);
                  from[y * w + x] =
                      Math.max(0, Math.min(h - 1, row)) * w + Math.max(0, Math.min(w - 1, column));
                }
              }
              NDArray index = pixels.getManager().create(from);
              long frameCount = pixels.getShape().get(0);
              return pixels
                  .reshape(frameCount, (long) h * w, 3)
                  .get(":, {}", index)
                  .reshape(frameCount, h, w, 3);
            });
  }

  /** h x w values of a smooth field of mean 0 and standard deviation 1. */
  private static float[] field(
      NDManager manager, RandomGenerator random, int h, int w, double grain) {
    NDArray smooth = Pixels.blur(noise(manager, random, h, w), grain);
    NDArray centred = smooth.sub(smooth.mean());
    return centred.div(centred.square().mean().sqrt().add(TINY)).toFloatArray();
  }

  /** (1, h, w) of standard normal values. */
  private static NDArray noise(NDManager manager, RandomGenerator random, int h, int w) {
    float[] values = new float[h * w];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(1, h, w));
  }

  /**
   * Black lines on white where brightness changes.
   *
   * @param threshold the share of the steepest slope of a picture from which on there is a line, in
   *     (0, 1)
   */
  public static Corruption edges(double threshold) {
    Checks.openShare(threshold, "threshold");
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              NDArray grey = Pixels.luminance(pixels);
              NDManager manager = grey.getManager();
              NDArray down = Pixels.down(grey, difference(manager, Pixels.height(grey)));
              NDArray across = Pixels.across(grey, difference(manager, Pixels.width(grey)));
              NDArray slope = down.square().add(across.square()).sqrt();
              NDArray steepest = slope.max(new int[] {1}, true).max(new int[] {2}, true);
              NDArray flat = slope.lte(steepest.mul((float) threshold));
              return flat.toType(DataType.FLOAT32, false);
            });
  }

  /** (n, n): half the difference of the two neighbours; one-sided at the ends. */
  private static NDArray difference(NDManager manager, int n) {
    float[] matrix = new float[n * n];
    for (int i = 0; i < n; i++) {
      matrix[i * n + Math.min(n - 1, i + 1)] += 0.5f;
      matrix[i * n + Math.max(0, i - 1)] -= 0.5f;
    }
    return manager.create(matrix, new Shape(n, n));
  }

  /**
   * Black where a picture differs from its border, white elsewhere: the outline of one object on a
   * plain enough ground. The threshold is that of Otsu 1979.
   */
  public static Corruption silhouette() {
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              int h = Pixels.height(pixels);
              int w = Pixels.width(pixels);
              NDArray border = border(pixels.getManager(), h, w);
              NDArray ground = pixels.mul(border).sum(new int[] {1, 2}, true).div(border.sum());
              NDArray distance = pixels.sub(ground).square().sum(new int[] {3}).sqrt();
              float[] distances = distance.toFloatArray();
              float[] mask = new float[distances.length];
              for (int t = 0; t < mask.length; t += h * w) {
                double threshold = Otsu.threshold(distances, t, h * w);
                for (int i = t; i < t + h * w; i++) {
                  mask[i] = distances[i] > threshold ? 0 : 1;
                }
              }
              return pixels.getManager().create(mask, distance.getShape());
            });
  }

  /** (1, h, w, 1): 1 on the outermost pixels. */
  private static NDArray border(NDManager manager, int h, int w) {
    float[] values = new float[h * w];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        values[y * w + x] = y == 0 || x == 0 || y == h - 1 || x == w - 1 ? 1 : 0;
      }
    }
    return manager.create(values, new Shape(1, h, w, 1));
  }

  /**
   * Shapes painted anew: brightness is blurred and cut into four levels, and each level gets a
   * random colour and random stripes in place of its own texture.
   *
   * @param deviation of the blur in pixels, positive
   */
  public static Corruption stylised(double deviation) {
    Checks.positiveFinite(deviation, "deviation");
    return (frames, random) ->
        Pixels.change(
            frames,
            pixels -> {
              NDArray grey = Pixels.blur(Pixels.luminance(pixels), deviation);
              NDArray low = grey.min(new int[] {1}, true).min(new int[] {2}, true);
              NDArray high = grey.max(new int[] {1}, true).max(new int[] {2}, true);
              NDArray range = high.sub(low).add(TINY);
              float[] levels = grey.sub(low).div(range).toFloatArray();
              return paint(levels, pixels, random);
            });
  }

  private static NDArray paint(float[] levels, NDArray pixels, RandomGenerator random) {
    int h = Pixels.height(pixels);
    int w = Pixels.width(pixels);
    Stripes[] styles = new Stripes[STYLE_LEVELS];
    for (int k = 0; k < STYLE_LEVELS; k++) {
      styles[k] = Stripes.draw(random);
    }
    float[] painted = new float[levels.length * 3];
    for (int i = 0; i < levels.length; i++) {
      int level = Math.min(STYLE_LEVELS - 1, (int) (levels[i] * STYLE_LEVELS));
      for (int c = 0; c < 3; c++) {
        painted[3 * i + c] = styles[level].value(c, i / w % h, i % w);
      }
    }
    return pixels.getManager().create(painted, pixels.getShape());
  }
}
