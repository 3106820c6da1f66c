package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.dataset.SomethingSomethingV2.Split;

class SomethingSomethingV2Test {

  @TempDir private Path root;
  private Trees trees;

  @BeforeEach
  void makeTrees() {
    trees = new Trees(root);
  }

  @Test
  void labelsVideosByTheirTemplates() throws IOException {
    writeLabels(root.resolve("something-something-v2-labels.json"), 174);
    writeList(root.resolve("something-something-v2-train.json"), "9", 3, "10", 173, "200", 3);
    trees.write(
        root,
        "20bn-something-something-v2/9.webm",
        "20bn-something-something-v2/10.webm",
        "20bn-something-something-v2/200.webm",
        "20bn-something-something-v2/777.webm");
    ClipDataset train = SomethingSomethingV2.of(root, Split.TRAIN);
    assertThat(train.name()).isEqualTo("Something-Something-V2 train");
    assertThat(train.clips())
        .extracting(ClipInfo::id)
        .containsExactly(
            "20bn-something-something-v2/10.webm",
            "20bn-something-something-v2/200.webm",
            "20bn-something-something-v2/9.webm");
    assertThat(train.clips())
        .extracting(clip -> clip.label().getAsInt())
        .containsExactly(173, 3, 3);
    assertThat(train.classes()).hasSize(174);
    assertThat(train.classes().get(3)).isEqualTo("Putting something, 3, on something");
    ClipRequest request =
        ClipRequest.one(new FrameSampling(2, 2, 30), WindowPlacement.centre(), new Random(0));
    train.clips(0, request).forEach(Clip::close);
  }

  @Test
  void findsNewerNamesInFoldersOfTheirOwn() throws IOException {
    writeLabels(root.resolve("labels/labels.json"), 174);
    writeList(root.resolve("labels/validation.json"), "1", 0);
    trees.write(root, "videos/1.webm");
    assertThat(SomethingSomethingV2.of(root, Split.VALIDATION).size()).isEqualTo(1);
  }

  @Test
  void saysThatVideosAreMissing() throws IOException {
    writeLabels(root.resolve("labels.json"), 174);
    writeList(root.resolve("train.json"), "1", 0, "2", 0, "3", 1);
    trees.write(root, "2.webm", "20bn-something-something-v2-00");
    assertThatThrownBy(() -> SomethingSomethingV2.of(root, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(root + ": Something-Something-V2 is expected as <id>.webm")
        .hasMessageContaining(
            "but found no video for 2 of the 3 ids in train.json (1, 3); the root")
        .hasMessageContaining("20bn-something-something-v2-00")
        .hasMessageNotContaining("\n");
  }

  @Test
  void takesWhatIsThereIfAsked() throws IOException {
    writeLabels(root.resolve("labels.json"), 2);
    writeList(root.resolve("train.json"), "1", 0, "2", 1);
    trees.write(root, "2.webm");
    ClipDataset train =
        SomethingSomethingV2.builder().setRoot(root).setSplit(Split.TRAIN).optPartial().build();
    assertThat(train.clips()).extracting(ClipInfo::id).containsExactly("2.webm");
    assertThat(train.info(0).label()).hasValue(1);
  }

  @Test
  void saysThatLabelFilesAreMissing() {
    trees.write(root, "1.webm");
    assertThatThrownBy(() -> SomethingSomethingV2.of(root, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("but found no labels.json, but 1 file (1.webm)");
  }

  @Test
  void refusesATemplateWithoutALabel() throws IOException {
    writeLabels(root.resolve("labels.json"), 174);
    writeList(root.resolve("train.json"), "1", 174);
    trees.write(root, "1.webm");
    assertThatThrownBy(() -> SomethingSomethingV2.of(root, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith(
            "the template of 1 is none of the labels: Putting something, 174, on something");
  }

  @Test
  void refusesLabelsThatAreNotNumberedInTurn() throws IOException {
    Files.writeString(root.resolve("labels.json"), "{\"a\":\"0\",\"b\":\"2\"}");
    writeList(root.resolve("train.json"), "1", 0);
    assertThatThrownBy(() -> SomethingSomethingV2.of(root, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("must be numbered from 0 to 1, but one is b=\"2\"");
  }

  @Test
  void refusesWhatIsNoJson() throws IOException {
    Files.writeString(root.resolve("labels.json"), "<html>log in first</html>");
    assertThatThrownBy(() -> SomethingSomethingV2.of(root, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(root.resolve("labels.json") + " cannot be read as labels: ");
  }

  private static void writeLabels(Path file, int count) throws IOException {
    JsonObject labels = new JsonObject();
    for (int i = count - 1; i >= 0; i--) {
      labels.addProperty("Putting something, " + i + ", on something", String.valueOf(i));
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, labels.toString());
  }

  private static void writeList(Path file, Object... idsAndLabels) throws IOException {
    JsonArray list = new JsonArray();
    IntStream.range(0, idsAndLabels.length / 2)
        .forEach(
            i -> {
              JsonObject entry = new JsonObject();
              entry.addProperty("id", (String) idsAndLabels[2 * i]);
              entry.addProperty("label", "putting a cup on the table");
              entry.addProperty(
                  "template",
                  "Putting [something], " + idsAndLabels[2 * i + 1] + ", on [something]");
              list.add(entry);
            });
    Files.createDirectories(file.getParent());
    Files.writeString(file, list.toString());
  }
}
