package org.mae4j.eval.completion;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.Decoder;
import org.mae4j.api.Encoder;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Latents;
import org.mae4j.api.internal.Masks;
import org.mae4j.eval.internal.EvaluationPass;

/**
 * Measures how well a model predicts the masked patches of unseen clips, beside every {@link
 * Baseline} that the masks define.
 *
 * <p>An error is the squared difference of normalised pixels, mean over the masked patches of a
 * clip. The decoder must predict the pixels themselves, not pixels normalised patch by patch. A
 * decoder that predicts fewer frames than the clip has is judged on those frames, and so are the
 * baselines. The seed decides every mask.
 */
public final class CompletionEvaluator {

  private final MaskingStrategy masking;
  private final long seed;
  private final Device device;

  private CompletionEvaluator(Builder builder) {
    this.masking = builder.masking;
    this.seed = builder.seed;
    this.device = builder.device;
  }

  /** Collects options; only the masking must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Judges one pass of {@code source}.
   *
   * @throws IllegalArgumentException if the decoder predicts no pixels, a mask hides nothing,
   *     shapes do not fit, or there is no clip
   */
  public CompletionReport evaluate(Encoder encoder, Decoder decoder, BatchSource source) {
    PixelDecoders.require(decoder);
    RandomGenerator random = new SplittableRandom(seed);
    List<String> clips = new ArrayList<>();
    List<Double> model = new ArrayList<>();
    Map<Baseline, List<Double>> baselines = new EnumMap<>(Baseline.class);
    Set<Baseline> defined = EnumSet.allOf(Baseline.class);
    try (NDManager manager = EvaluationPass.newManager(encoder, device)) {
      EvaluationPass.forEachBatch(
          "completion",
          source,
          manager,
          batch -> {
            List<TokenMask> masks = draw(encoder, batch, random);
            NDArray latents =
                Latents.require(
                    encoder.encode(batch.clips(), masks),
                    encoder,
                    batch.size(),
                    masks.get(0).visibleCount());
            NDArray predictions = decoder.decode(latents, masks);
            MaskedBatch masked = new MaskedBatch(batch.clips(), masks, encoder, predictions);
            batch.sources().forEach(clip -> clips.add(clip.id()));
            model.addAll(masked.errors(predictions));
            defined.removeIf(baseline -> !masked.defines(baseline));
            for (Baseline baseline : defined) {
              baselines
                  .computeIfAbsent(baseline, key -> new ArrayList<>())
                  .addAll(masked.errors(masked.predict(baseline)));
            }
          });
    }
    Map<Baseline, PerClip> errors = new EnumMap<>(Baseline.class);
    defined.forEach(baseline -> errors.put(baseline, new PerClip(baselines.get(baseline))));
    return new CompletionReport(clips, new PerClip(model), errors);
  }

  private List<TokenMask> draw(Encoder encoder, ClipBatch batch, RandomGenerator random) {
    return Masks.draw(
        masking, batch.clips(), encoder.grid(), Collections.nCopies(batch.size(), random));
  }

  /** Collects the options of a {@link CompletionEvaluator}. */
  public static final class Builder {

    private MaskingStrategy masking;
    private long seed;
    private Device device;

    private Builder() {}

    /** What is hidden from the encoder. */
    public Builder setMasking(MaskingStrategy masking) {
      this.masking = Objects.requireNonNull(masking, "masking");
      return this;
    }

    /** Sets the seed of random masks; default 0. */
    public Builder optSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Sets the device that the model is on; by default the encoder's. */
    public Builder optDevice(Device device) {
      this.device = Objects.requireNonNull(device, "device");
      return this;
    }

    /**
     * Builds the evaluator.
     *
     * @throws NullPointerException if no masking was set
     */
    public CompletionEvaluator build() {
      Objects.requireNonNull(masking, "masking must be set");
      return new CompletionEvaluator(this);
    }
  }
}
