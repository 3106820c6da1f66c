package org.mae4j.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Provenance;
import org.mae4j.eval.report.Block.Table;

class FewShotFilesTest {

  private static final FewShotReport REPORT =
      new FewShotReport(
          "toys",
          "linear probe",
          List.of("ball, red", "car", "duck"),
          IntStream.range(0, 8)
              .mapToObj(i -> new ClipPrediction("c" + i, i / 4, List.of(i < 3 ? 0 : 1, 2)))
              .toList(),
          6,
          Provenance.NONE.withSeed(7));

  @TempDir private Path folder;

  @Test
  void jsonHoldsEveryNumber() {
    JsonObject json = JsonParser.parseString(new FewShotFiles(REPORT).toJson()).getAsJsonObject();
    assertThat(json.get("top1").getAsDouble()).isEqualTo(7 / 8.0);
    assertThat(json.get("top1_interval").getAsJsonObject().get("level").getAsDouble())
        .isEqualTo(0.95);
    assertThat(json.get("test_clips").getAsInt()).isEqualTo(8);
    assertThat(json.get("classes").getAsJsonArray().get(2).getAsJsonObject().get("accuracy"))
        .matches(value -> value.isJsonNull());
    assertThat(json.get("provenance").getAsJsonObject().get("seed").getAsString()).isEqualTo("7");
    assertThat(json.get("predictions").getAsJsonArray()).hasSize(8);
  }

  @Test
  void csvQuotesNamesAndLeavesUnknownsEmpty() {
    assertThat(new FewShotFiles(REPORT).classesCsv().lines())
        .startsWith("class,clips,accuracy,low,high")
        .contains("car,4,1.0,1.0,1.0", "duck,0,,,")
        .anyMatch(line -> line.startsWith("\"ball, red\",4,0.75,"));
    assertThat(new FewShotFiles(REPORT).predictionsCsv().lines())
        .startsWith("clip,class,predicted 1,predicted 2,predicted 3")
        .contains("c0,\"ball, red\",\"ball, red\",duck,");
  }

  @Test
  void writesFilesThatAreTheSameEachTime() throws IOException {
    new FewShotFiles(REPORT).write(folder.resolve("a"));
    new FewShotFiles(REPORT).write(folder.resolve("b"));
    for (String name :
        List.of("report.json", "classes.csv", "predictions.csv", "report.html", "classes.png")) {
      assertThat(folder.resolve("a").resolve(name)).exists();
      assertThat(
              Files.mismatch(folder.resolve("a").resolve(name), folder.resolve("b").resolve(name)))
          .isEqualTo(-1);
    }
    assertThat(folder.resolve("a/report.html")).content().contains("87.5%", "linear probe");
  }

  /** As many as ImageNet has: a matrix of them would be a million cells. */
  @Test
  void showsTheMostFrequentConfusionsOfManyClasses() {
    List<String> classes = IntStream.range(0, 1000).mapToObj(i -> "class" + i).toList();
    FewShotReport report =
        new FewShotReport(
            "pictures",
            "finetuned",
            classes,
            IntStream.range(0, 3000)
                .mapToObj(i -> new ClipPrediction("c" + i, i % 1000, List.of(i % 1000 / 2 * 2)))
                .toList(),
            1000,
            Provenance.NONE);
    Table pairs = Table.ofConfusedPairs(report, 40);
    assertThat(pairs.rows()).hasSize(40).startsWith(List.of("class1", "class0", "3"));
    assertThat(new FewShotFiles(report).page().toHtml())
        .contains("taken for")
        .hasSizeLessThan(1_000_000);
  }
}
