package org.mae4j.eval.completion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Decoder;
import org.mae4j.api.Encoder;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Normalization;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Masks;
import org.mae4j.eval.internal.AnimatedGif;

/**
 * What a model makes of the hidden patches of a clip: the visible pixels are the clip's own, all
 * others the prediction. Of a decoder that predicts fewer frames than the clip has, there are those
 * frames only. Everything is copied out of native memory.
 *
 * <pre>{@code
 * CompletedClip completed = CompletedClip.of(model, clip, new RandomMasking(0.9), 1);
 * Files.write(file, completed.gif(Normalization.PAPER_VIDEO, 150));
 * }</pre>
 */
public final class CompletedClip {

  private final ClipPixels model;
  private final Map<Baseline, ClipPixels> baselines;
  private final BitSet visible = new BitSet();

  private CompletedClip(ClipPixels model, Map<Baseline, ClipPixels> baselines, TokenMask mask) {
    this.model = model;
    this.baselines = baselines;
    for (int token : mask.visible()) {
      visible.set(token);
    }
  }

  /**
   * Hides patches of a clip and completes it.
   *
   * @param model such as a masked autoencoder; it predicts the pixels themselves, not pixels
   *     normalised patch by patch
   * @param clip (1, 3, T, H, W), float32, normalised, on the model's device
   * @param masking must hide something
   * @param seed decides what is hidden
   * @throws IllegalArgumentException if no pixels are predicted, shapes do not fit, or nothing is
   *     hidden
   */
  public static <M extends Encoder & Decoder> CompletedClip of(
      M model, NDArray clip, MaskingStrategy masking, long seed) {
    return of(model, model, clip, masking, Seeds.generator(seed, 0));
  }

  /**
   * Hides patches of a clip and completes it.
   *
   * @param decoder predicts the pixels themselves, not pixels normalised patch by patch
   * @param clip (1, 3, T, H, W), float32, normalised, on the model's device
   * @param masking must hide something
   * @param random decides what is hidden
   * @throws IllegalArgumentException if no pixels are predicted, shapes do not fit, or nothing is
   *     hidden
   */
  public static CompletedClip of(
      Encoder encoder,
      Decoder decoder,
      NDArray clip,
      MaskingStrategy masking,
      RandomGenerator random) {
    requireOneClip(clip);
    TokenMask mask = Masks.draw(masking, clip, encoder.grid(), List.of(random)).get(0);
    return of(encoder, decoder, clip, mask);
  }

  /**
   * Completes a clip of which a mask hides something.
   *
   * @param decoder predicts the pixels themselves, not pixels normalised patch by patch
   * @param clip (1, 3, T, H, W), float32, normalised, on the model's device
   * @throws IllegalArgumentException if no pixels are predicted, shapes do not fit, or nothing is
   *     hidden
   */
  public static CompletedClip of(Encoder encoder, Decoder decoder, NDArray clip, TokenMask mask) {
    PixelDecoders.require(decoder);
    requireOneClip(clip, mask, encoder);
    List<TokenMask> masks = List.of(mask);
    try (NDManager scope = clip.getManager().newSubManager()) {
      NDArray own = clip.duplicate();
      own.attach(scope);
      return ofPrediction(encoder, own, decoder.decode(encoder.encode(own, masks), masks), mask);
    }
  }

  /**
   * Takes a prediction that there is already.
   *
   * @param clip (1, 3, T, H, W); owns what is made meanwhile
   * @param prediction (1, L, P)
   */
  static CompletedClip ofPrediction(
      Encoder encoder, NDArray clip, NDArray prediction, TokenMask mask) {
    requireOneClip(clip, mask, encoder);
    Map<Baseline, ClipPixels> baselines = new EnumMap<>(Baseline.class);
    ClipPixels model = ClipPixels.of(clip.get(0), prediction.get(0), encoder.grid());
    MaskedBatch batch = new MaskedBatch(clip, List.of(mask), encoder, prediction);
    for (Baseline baseline : List.of(Baseline.NEAREST_FRAME, Baseline.CROSS_FADE)) {
      if (batch.defines(baseline)) {
        NDArray pixels = batch.predict(baseline).get(0);
        baselines.put(baseline, ClipPixels.of(clip.get(0), pixels, encoder.grid()));
      }
    }
    return new CompletedClip(model, baselines, mask);
  }

  private static void requireOneClip(NDArray clip, TokenMask mask, Encoder encoder) {
    requireOneClip(clip);
    Checks.require(
        mask.tokens() == encoder.grid().tokens(),
        "the mask must have %s tokens, but has %s",
        encoder.grid().tokens(),
        mask.tokens());
  }

  private static void requireOneClip(NDArray clip) {
    Checks.require(
        clip.getShape().dimension() == 5 && clip.getShape().get(0) == 1,
        "a clip must be (1, 3, T, H, W), but is %s",
        clip.getShape());
  }

  /** F, H, W: the number of predicted frames, and the size of the clip's. */
  public ClipShape shape() {
    return new ClipShape(model.columns(), model.size().height(), model.size().width());
  }

  /** The completed clip, (3, F, H, W), normalised as the clip was. */
  public float[] pixels() {
    ClipShape shape = shape();
    float[] pixels = new float[3 * shape.frames() * shape.height() * shape.width()];
    int next = 0;
    for (int c = 0; c < 3; c++) {
      for (int frame = 0; frame < shape.frames(); frame++) {
        for (int y = 0; y < shape.height(); y++) {
          for (int x = 0; x < shape.width(); x++) {
            pixels[next++] =
                isVisible(frame, y, x)
                    ? model.original(c, frame, y, x)
                    : model.predicted(c, frame, y, x);
          }
        }
      }
    }
    return pixels;
  }

  /** Whether the encoder saw a pixel of a predicted frame. */
  public boolean isVisible(int frame, int y, int x) {
    return visible.get(model.token(frame, y, x));
  }

  /**
   * Draws three rows of frames: the original, what the encoder saw with the rest in mid grey, and
   * the completed clip.
   *
   * <p>Colours beyond black and white are cut off. The gaps are transparent, so that a strip fits
   * on any background.
   *
   * @param normalization the clip's
   * @return an image with an alpha channel; frames narrower than 64 pixels are enlarged by a whole
   *     factor without smoothing
   */
  public BufferedImage strip(Normalization normalization) {
    return new ReconstructionStrip(model, visible, normalization).draw();
  }

  /**
   * Draws moving pictures side by side: the original, what the encoder saw with the rest in mid
   * grey, the completed clip, and the same by the baselines that need a wholly visible frame, if
   * there is one. Frames in which something is hidden are framed.
   *
   * @param normalization the clip's
   * @return the predicted frames in order, all of one size, opaque; clips narrower than 128 pixels
   *     are enlarged by a whole factor
   */
  public List<BufferedImage> frames(Normalization normalization) {
    return new CompletionAnimation(model, baselines, visible, normalization).draw();
  }

  /**
   * {@link #frames} as an animated GIF that repeats for ever.
   *
   * @param millis how long each frame is shown, at least 20
   */
  public byte[] gif(Normalization normalization, int millis) {
    return AnimatedGif.encode(frames(normalization), millis);
  }

  /** The model's prediction, with the original beside it. */
  ClipPixels model() {
    return model;
  }

  /** Those that the mask defines, in order. */
  Map<Baseline, ClipPixels> baselines() {
    return baselines;
  }
}
