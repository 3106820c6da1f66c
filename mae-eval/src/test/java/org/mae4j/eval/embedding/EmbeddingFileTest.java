package org.mae4j.eval.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInfo;

class EmbeddingFileTest {

  @TempDir private Path folder;

  private final ClipFeatures features =
      new ClipFeatures(
          List.of(ClipInfo.unlabelled("a,b.mp4"), ClipInfo.unlabelled("c.mp4")),
          new float[][] {{0.1f, -2}, {3e-8f, 4}});

  @Test
  void writesATableUnderALineOfNames() {
    Path file = folder.resolve("new/features.csv");
    features.write(file);
    assertThat(file)
        .hasContent("path,feature_0,feature_1\n\"a,b.mp4\",0.1,-2.0\nc.mp4,3.0E-8,4.0\n");
    assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
  }

  @Test
  void writesAnObjectForEachVideo() {
    Path file = folder.resolve("features.JSONL");
    features.write(file);
    assertThat(file)
        .hasContent(
            """
            {"path":"a,b.mp4","features":[0.1,-2.0]}
            {"path":"c.mp4","features":[3.0E-8,4.0]}
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"features.csv", "features.jsonl"})
  void partsAreJoinedInTheirOrder(String name) throws IOException {
    Path whole = folder.resolve("whole").resolve(name);
    features.write(whole);
    Path file = folder.resolve(name);
    part(file, 2, 2, "c.mp4", 3e-8f, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmbeddingFile.join(file))
        .withMessageContaining("1 is missing: 1");
    part(file, 1, 2, "a,b.mp4", 0.1f, -2);

    assertThat(EmbeddingFile.join(file)).isEqualTo(file).hasSameTextualContentAs(whole);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmbeddingFile.join(file))
        .withMessage(file + " exists already");
  }

  @Test
  void partsOfOtherWidthAreNotJoined() throws IOException {
    Path file = folder.resolve("features.csv");
    part(file, 1, 2, "a.mp4", 1);
    part(file, 2, 2, "b.mp4", 1, 2);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmbeddingFile.join(file))
        .withMessageContaining("00002-of-00002.csv has another first line than");
    assertThat(file).doesNotExist();
  }

  private static void part(Path file, int part, int parts, String video, float... row) {
    try (EmbeddingFile rows =
        EmbeddingFile.createPart(file, part, parts, Map.of("videos", "two"), row.length)) {
      rows.add(video, row);
      rows.finish();
    }
  }

  @Test
  void refusesAnotherEnding() {
    Path file = folder.resolve("features.txt");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> features.write(file))
        .withMessage("a file of features must end in .csv or .jsonl, but is " + file);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void neverOverwritesAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("features.csv"), "mine");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> features.write(file))
        .withMessage(file + " exists already");
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(file).hasContent("mine");
  }

  @Test
  void neverOverwritesAFileThatCameMeanwhile() throws IOException {
    Path file = folder.resolve("features.csv");
    try (EmbeddingFile rows = EmbeddingFile.create(file, 1)) {
      rows.add("a.mp4", 1);
      Files.writeString(file, "mine");
      assertThatIllegalArgumentException()
          .isThrownBy(rows::finish)
          .withMessage(file + " exists already");
    }
    assertThat(file).hasContent("mine");
    assertThat(folder.toFile().list()).containsExactly("features.csv");
  }

  @Test
  void leavesNothingOfAFileThatIsNotFinished() {
    try (EmbeddingFile rows = EmbeddingFile.create(folder.resolve("features.csv"), 2)) {
      rows.add("a.mp4", 1, 2);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesFeaturesThatAreNotFinite() {
    try (EmbeddingFile rows = EmbeddingFile.create(folder.resolve("rows.jsonl"), 2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rows.add("a.mp4", 1, Float.NaN))
          .withMessage("features must be finite, but a.mp4 has NaN: check the model");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesRowsOfAnotherLength() {
    try (EmbeddingFile rows = EmbeddingFile.create(folder.resolve("rows.jsonl"), 2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rows.add("a.mp4", 1, 2, 3))
          .withMessage("a.mp4 must have 2 features, but has 3");
    }
  }

  @Test
  void namesTheFileThatCannotBeWritten() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "x").resolve("features.csv");
    assertThatThrownBy(() -> features.write(blocked))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write " + blocked);
  }
}
