package org.mae4j.eval.sweep;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.Seeds;
import org.mae4j.api.TrainingClips;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Waves that move slowly (class 0) or fast (class 1), and a model that learns them at once. */
final class Waves implements BatchSource {

  private static final ClipShape CLIP = new ClipShape(4, 16, 16);

  private final long seed;
  private final int batches;
  private final int clips;
  private ClipShape shape = CLIP;

  Waves(long seed, int batches, int clips) {
    this.seed = seed;
    this.batches = batches;
    this.clips = clips;
  }

  /** Milliseconds a run. */
  static PretrainingRecipe recipe(long steps) {
    return PretrainingRecipes.TOY
        .withModel(
            new VideoMaeConfig(
                VitConfig.video(CLIP, new PatchShape(1, 8, 8), new TransformerShape(32, 2, 4)),
                new TransformerShape(16, 1, 4)),
            new TrainingClips(
                ClipInput.video(new FrameSampling(4, 1, 30), 16),
                RandomCrop.PAPER_PRETRAINING,
                4,
                1))
        .withMaskRatio(0.5)
        .withLearningRate(new LearningRateSchedule(3e-3, 0, 2, steps))
        .withName("waves");
  }

  /** The same with another model. */
  static PretrainingRecipe deepRecipe(long steps) {
    return recipe(steps)
        .withModel(
            new VideoMaeConfig(
                VitConfig.video(CLIP, new PatchShape(1, 8, 8), new TransformerShape(32, 3, 4)),
                new TransformerShape(16, 1, 4)));
  }

  static FewShotTask task() {
    return new FewShotTask(
        "slow or fast", List.of("slow", "fast"), new Waves(100, 2, 4), new Waves(101, 3, 4));
  }

  /** Makes clips wider than the model takes. */
  Waves ofWidth(int width) {
    shape = new ClipShape(CLIP.frames(), CLIP.height(), width);
    return this;
  }

  @Override
  public long batchesPerPass() {
    return batches;
  }

  @Override
  public ClipBatch batch(long index, NDManager manager) {
    long number = index % batches;
    int values = 3 * shape.frames() * shape.height() * shape.width();
    float[] all = new float[clips * values];
    List<ClipInfo> sources = new ArrayList<>();
    for (int n = 0; n < clips; n++) {
      RandomGenerator random = Seeds.generator(seed, number, n);
      int label = n % 2;
      double pace = label == 0 ? random.nextDouble(0.1, 0.3) : random.nextDouble(1, 1.5);
      double wave = random.nextDouble(0.2, 1);
      for (int i = 0; i < values; i++) {
        int x = i % shape.width();
        int t = i / shape.width() / shape.height() % shape.frames();
        all[n * values + i] = (float) Math.sin(wave * x + pace * t);
      }
      sources.add(new ClipInfo("wave " + number + "-" + n, OptionalInt.of(label)));
    }
    Shape batch = new Shape(clips, 3, shape.frames(), shape.height(), shape.width());
    return new ClipBatch(manager.create(all, batch), sources, 0);
  }

  @Override
  public Optional<Identity> data() {
    return Optional.of(new Identity(batches * clips, List.of("slow", "fast"), "waves"));
  }

  @Override
  public void close() {}
}
