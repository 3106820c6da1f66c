package org.mae4j.eval.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Interval;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.masking.TubeMasking;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.TrainingRecipe;

class SweepTest {

  private static final PretrainingRecipe RANDOM = Waves.recipe(8);
  private static final PretrainingRecipe TUBE = RANDOM.withMasking(Masking.TUBE);

  @TempDir private Path folder;

  private final List<String> said = new ArrayList<>();

  private Sweep.Builder sweep() {
    return Sweep.builder()
        .setFolder(folder)
        .setTraining((recipe, seed) -> new Waves(seed, 4, 4))
        .setUnseen(recipe -> new Waves(99, 2, 3))
        .optTask(recipe -> Waves.task())
        .addRecipe("random", RANDOM)
        .addRecipe("tube", TUBE)
        .optSeeds(2)
        .optSay(said::add);
  }

  @Test
  void trainsAndJudgesEveryRecipeWithEverySeed() {
    SweepResult result = sweep().build().run();

    assertThat(result.failures()).isEmpty();
    assertThat(result.unfinished()).isZero();
    assertThat(result.runs())
        .extracting(run -> run.recipe() + " " + run.seed())
        .containsExactly("random 1", "random 2", "tube 1", "tube 2");
    for (SweepResult.Run run : result.runs()) {
      assertThat(run.steps()).isEqualTo(8);
      assertThat(run.clips()).isEqualTo(32);
      assertThat(run.finalLoss()).isPositive();
      assertThat(run.stepsPerSecond()).isPositive();
      assertThat(run.clipsPerSecond()).isEqualTo(4 * run.stepsPerSecond(), within(1e-6));
      assertThat(run.completion().keySet()).containsExactly("random 75%", "middle frames");
      assertThat(run.completion().get("middle frames").clips()).hasSize(6);
      assertThat(run.folder().resolve("model.safetensors")).isNotEmptyFile();
      assertThat(run.folder().resolve("metrics.jsonl")).isNotEmptyFile();
      assertThat(run.folder().resolve("checkpoints")).doesNotExist();
    }
    assertThat(result.probe("tube").orElseThrow().runs()).hasSize(2);
    assertThat(result.untrained()).containsOnlyKeys("random", "tube");
    assertThat(result.untrained().get("tube").testClips()).isEqualTo(12);
  }

  @Test
  void comparesInPairsOfSeedsAndClips() {
    SweepResult result = sweep().build().run();

    Interval error = result.completionDifference("tube", "random", "middle frames").orElseThrow();
    double difference =
        result.completion("tube", "middle frames").orElseThrow().mean()
            - result.completion("random", "middle frames").orElseThrow().mean();
    assertThat(error.contains(difference)).isTrue();
    assertThat(result.probeDifference("tube", "tube").orElseThrow())
        .isEqualTo(new Interval(0, 0, 0.95));
    double ratio =
        result.completion("tube", "middle frames").orElseThrow().ratio(Baseline.NEAREST_FRAME);
    assertThat(
            result
                .completion("tube", "middle frames")
                .orElseThrow()
                .ratioInterval(Baseline.NEAREST_FRAME)
                .contains(ratio))
        .isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> result.runs("block"))
        .withMessage("the recipes are [random, tube], but not block");
  }

  @Test
  void makesNothingTwiceAndOnlyWhatIsNew() throws IOException {
    SweepResult first = sweep().build().run();
    Map<Path, FileTime> before = files("model.safetensors");
    said.clear();

    SweepResult again = sweep().build().run();

    assertThat(said).containsExactly("4 of 4 runs are there already");
    assertThat(again).isEqualTo(first);

    SweepResult more =
        sweep().addRecipe("block", RANDOM.withMasking(Masking.BLOCK)).optSeeds(3).build().run();

    assertThat(more.runs()).hasSize(9).containsAll(first.runs());
    assertThat(files("model.safetensors")).hasSize(9).containsAllEntriesOf(before);
  }

  @Test
  void aRecipeIsFoundAgainUnderAnotherName() throws IOException {
    sweep().build().run();

    SweepResult renamed =
        Sweep.builder()
            .setFolder(folder)
            .setTraining((recipe, seed) -> new Waves(seed, 4, 4))
            .setUnseen(recipe -> new Waves(99, 2, 3))
            .optTask(recipe -> Waves.task())
            .addRecipe("masking=tube", TUBE.withName("whatever"))
            .optSeeds(2)
            .build()
            .run();

    assertThat(renamed.runs("masking=tube")).hasSize(2);
    assertThat(files("model.safetensors")).hasSize(4);
  }

  @Test
  void otherDataOrOtherNumbersAreOtherRuns() throws IOException {
    sweep().optSeeds(1).build().run();
    sweep().optSeeds(1).optDataHash("other videos of the same names").build().run();
    assertThat(files("model.safetensors")).hasSize(4);

    sweep().optSeeds(1).optSteps(5).build().run();
    assertThat(files("model.safetensors")).hasSize(6);
  }

  /** A further masking, or task, needs no other training. */
  @Test
  void otherJudgingIsDoneOnTheSameModels() throws IOException {
    sweep().build().run();
    Map<Path, FileTime> before = files("model.safetensors");

    SweepResult result = sweep().addCompletion("tubes", new TubeMasking(0.5)).build().run();

    assertThat(result.completions()).containsExactly("tubes");
    assertThat(files("model.safetensors")).isEqualTo(before);
  }

  @Test
  void aRunThatWasKilledGoesOnBitForBit() throws IOException {
    SweepResult whole = sweep().optCheckpointEvery(3).build().run();
    Map<String, SweepResult.Run> expected = byName(whole);
    byte[] weights = weights(expected.get("tube 1"));
    Path other = Files.createDirectory(folder.resolve("killed"));
    TrainingListener kill =
        new TrainingListener() {
          private int steps;

          @Override
          public void onStep(StepMetrics metrics) {
            // Random, seed 1, has 8 steps; after step 5 of tube there is a checkpoint of step 3.
            if (++steps == 8 + 5) {
              throw new Killed();
            }
          }
        };
    Sweep.Builder stopped = sweep().setFolder(other).optCheckpointEvery(3).addListener(kill);

    assertThatThrownBy(() -> stopped.build().run()).isInstanceOf(Killed.class);
    SweepResult half = sweep().setFolder(other).optCheckpointEvery(3).build().result();
    assertThat(half.runs()).hasSize(1);
    assertThat(half.unfinished()).isEqualTo(3);
    assertThat(half.failures()).isEmpty();

    said.clear();
    SweepResult resumed = sweep().setFolder(other).optCheckpointEvery(3).build().run();

    assertThat(said)
        .contains(
            "1 of 4 runs are there already",
            "going on with tube, seed 1",
            "done: tube, seed 1 (2 of 4)");
    byName(resumed)
        .forEach(
            (name, run) -> {
              SweepResult.Run same = expected.get(name);
              assertThat(run.finalLoss()).isEqualTo(same.finalLoss());
              assertThat(run.probe()).isEqualTo(same.probe());
              assertThat(run.completion()).isEqualTo(same.completion());
            });
    assertThat(weights(byName(resumed).get("tube 1"))).isEqualTo(weights);
  }

  /** What no part of the sweep catches, as a kill. */
  private static final class Killed extends Error {}

  @Test
  void aRunThatFailsEndsNoOtherAndIsTriedAgain() {
    boolean[] broken = {true};
    Sweep.Builder builder =
        sweep()
            .addListener(
                new TrainingListener() {
                  private boolean tube;

                  @Override
                  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
                    tube = ((PretrainingRecipe) recipe).masking() == Masking.TUBE;
                  }

                  @Override
                  public void onStep(StepMetrics metrics) {
                    if (broken[0] && tube && metrics.step() == 3) {
                      throw new IllegalArgumentException("no more tubes\nat all");
                    }
                  }
                });

    SweepResult result = builder.build().run();

    assertThat(result.runs())
        .extracting(SweepResult.Run::recipe)
        .containsExactly("random", "random");
    assertThat(result.failures())
        .containsExactly(
            new SweepResult.Failure("tube", 1, "no more tubes"),
            new SweepResult.Failure("tube", 2, "no more tubes"));
    assertThat(result.probe("tube")).isEmpty();
    assertThat(result.probeDifference("tube", "random")).isEmpty();

    broken[0] = false;
    assertThat(builder.build().run().failures()).isEmpty();
  }

  @Test
  void whatCannotBeJudgedIsKnownBeforeTraining() throws IOException {
    PretrainingRecipe deep = Waves.deepRecipe(8);

    SweepResult result =
        sweep()
            .setUnseen(
                recipe ->
                    recipe.equals(deep) ? new Waves(99, 2, 3).ofWidth(32) : new Waves(99, 2, 3))
            .addRecipe("deep", deep)
            .optSeeds(1)
            .build()
            .run();

    assertThat(result.runs()).extracting(SweepResult.Run::recipe).containsExactly("random", "tube");
    assertThat(result.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.recipe()).isEqualTo("deep"))
        .satisfies(failure -> assertThat(failure.reason()).contains("32"));
    assertThat(files("metrics.jsonl")).hasSize(2);
  }

  @Test
  void aModelThatPredictsNoPixelsIsNotAskedForAny() {
    SweepResult result =
        sweep()
            .addRecipe("normalised", RANDOM.withObjective(Objective.NORMALIZED_PIXELS))
            .optSeeds(1)
            .build()
            .run();

    assertThat(result.runs("normalised").get(0).completion()).isEmpty();
    assertThat(result.completion("normalised", "middle frames")).isEmpty();
    assertThat(result.completion("random", "middle frames")).isPresent();
    assertThat(result.probe("normalised")).isPresent();
  }

  @Test
  void aStrategyOfOnesOwnIsTrainedWith() {
    SweepResult result =
        sweep().addRecipe("mine", RANDOM, new TubeMasking(0.5)).optSeeds(1).build().run();

    assertThat(result.runs("mine").get(0).finalLoss())
        .isEqualTo(result.runs("tube").get(0).finalLoss());
  }

  /** How many steps fit into it depends on the machine; later runs make as many. */
  @Test
  void runsOfATimeMakeAsManyStepsWheneverTheyAreMade() {
    Sweep.Builder builder = sweep().optSeeds(1).optTime(Duration.ofSeconds(3));

    SweepResult result = builder.build().run();

    assertThat(result.failures()).isEmpty();
    assertThat(result.runs()).hasSize(2);
    long steps = result.recipes().get("tube").steps();
    assertThat(result.runs()).allSatisfy(run -> assertThat(run.steps()).isEqualTo(steps));

    SweepResult more = builder.optSeeds(2).build().run();
    assertThat(more.runs()).hasSize(4).containsAll(result.runs());
    assertThat(more.runs("tube").get(1).steps()).isEqualTo(steps);
  }

  @Test
  void aTimeIsSharedByRunsAfterWhatGettingReadyCost() {
    // 95% of 1000 s less 100 s of both processes; 6 rounds, of which judging takes 20 s each.
    assertThat(
            TimePlan.secondsOfRun(
                Duration.ofSeconds(1000), 12, 2, new TimePlan.Preparations(200, 20, 1)))
        .isEqualTo(850 / 6.0 - 20, within(1e-9));
    assertThat(
            TimePlan.secondsOfRun(
                Duration.ofSeconds(10), 1, 1, new TimePlan.Preparations(20, 1, 1)))
        .isNegative();
  }

  @Test
  void refusesWhatMakesNoSweep() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sweep().addRecipe("tube", RANDOM))
        .withMessage("there is a recipe called tube already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sweep().optSteps(5).optTime(Duration.ofMinutes(1)).build())
        .withMessage("a sweep is given steps or a time, not both");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sweep().optSeeds(0))
        .withMessage("seeds must be at least 1, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sweep.builder().build())
        .withMessage("a sweep needs at least 1 recipe");
  }

  private static Map<String, SweepResult.Run> byName(SweepResult result) {
    Map<String, SweepResult.Run> runs = new TreeMap<>();
    result.runs().forEach(run -> runs.put(run.recipe() + " " + run.seed(), run));
    return runs;
  }

  private static byte[] weights(SweepResult.Run run) throws IOException {
    Path file = run.folder().resolve("model.safetensors");
    assertThat(WeightFile.open(file).metadata()).containsEntry("recipe", "waves");
    return Files.readAllBytes(file);
  }

  private Map<Path, FileTime> files(String name) throws IOException {
    Map<Path, FileTime> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.endsWith(name)).toList()) {
        found.put(file, Files.getLastModifiedTime(file));
      }
    }
    return found;
  }
}
