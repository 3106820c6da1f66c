package org.mae4j.eval.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Provenance;
import org.mae4j.eval.completion.CompletionReport;

/**
 * What a model was found to be worth, as a file keeps it.
 *
 * @param key of all that it was judged on and by
 * @param seconds that judging took
 * @param probe null without a task
 * @param completion by the name of the masking
 */
record StoredJudgement(
    String key,
    double seconds,
    Probe probe,
    Map<String, CompletionReport> completion,
    List<BrokenFile> brokenFiles) {

  StoredJudgement {
    Objects.requireNonNull(key, "key");
    completion = new LinkedHashMap<>(completion);
    brokenFiles = List.copyOf(brokenFiles);
  }

  /** A few-shot report without what is the same for all. */
  record Probe(
      String task,
      String method,
      List<String> classes,
      List<ClipPrediction> predictions,
      int trainClips) {

    static Probe of(FewShotReport report) {
      return new Probe(
          report.task(),
          report.method(),
          report.classes(),
          report.predictions(),
          report.trainClips());
    }

    FewShotReport report() {
      return new FewShotReport(task, method, classes, predictions, trainClips, Provenance.NONE);
    }
  }

  /** A video that could not be read. */
  record BrokenFile(String file, ClipReadException.Stage stage, String cause) {

    BrokenFile {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(stage, "stage");
    }

    static List<BrokenFile> of(List<ClipReadException> files) {
      Map<String, BrokenFile> each = new LinkedHashMap<>();
      files.forEach(
          file ->
              each.putIfAbsent(
                  file.file(), new BrokenFile(file.file(), file.stage(), file.reason())));
      return new ArrayList<>(each.values());
    }

    ClipReadException failure() {
      return new ClipReadException(file, stage, cause);
    }
  }

  static StoredJudgement of(String key, double seconds, Judge.Judgement judgement) {
    return new StoredJudgement(
        key,
        seconds,
        judgement.probe().map(Probe::of).orElse(null),
        judgement.completion(),
        BrokenFile.of(judgement.brokenFiles()));
  }

  Optional<FewShotReport> report() {
    return Optional.ofNullable(probe).map(Probe::report);
  }
}
