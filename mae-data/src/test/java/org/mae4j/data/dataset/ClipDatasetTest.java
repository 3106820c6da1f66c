package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInfo;

class ClipDatasetTest {

  private static final ClipReader NONE = (file, info, request) -> List.of();
  private static final ClipInfo A = new ClipInfo("a.mp4", OptionalInt.of(0));
  private static final ClipInfo B = new ClipInfo("b.mp4", OptionalInt.of(1));

  @Test
  void hashesWhatIsListedAndNotWhereItLies() {
    String hash = dataset("x", "one", List.of(A, B), "c", "d").listHash();
    assertThat(dataset("y", "other", List.of(A, B), "c", "d").listHash()).isEqualTo(hash);
    assertThat(hash).isEqualTo("438f7f596f6d7e70fbca0896a033fd384076391135bd9fc8dcb304e7eb00526f");
  }

  @Test
  void hashesOtherwiseWhatDiffers() {
    assertThat(
            List.of(
                dataset("x", "one", List.of(A, B), "c", "d").listHash(),
                dataset("x", "one", List.of(B, A), "c", "d").listHash(),
                dataset("x", "one", List.of(A), "c", "d").listHash(),
                dataset("x", "one", List.of(A, B), "d", "c").listHash(),
                dataset("x", "one", List.of(A, B), "cd", "").listHash(),
                dataset("x", "one", List.of(A, B), "c", "d", "e").listHash(),
                dataset("x", "one", List.of(ClipInfo.unlabelled("a.mp4"))).listHash()))
        .doesNotHaveDuplicates();
  }

  @Test
  void hashesSizesWhereAskedTo(@TempDir Path root) throws IOException {
    Files.writeString(root.resolve("a.mp4"), "four");
    Files.writeString(root.resolve("b.mp4"), "seven");
    ClipDataset dataset = dataset("x", root.toString(), List.of(A, B), "c", "d");
    String list = dataset.listHash();
    String before = dataset.listAndSizesHash();
    Files.writeString(root.resolve("a.mp4"), "five");
    assertThat(dataset.listAndSizesHash()).isEqualTo(before).isNotEqualTo(list);
    Files.writeString(root.resolve("a.mp4"), "longer");
    assertThat(dataset.listAndSizesHash()).isNotEqualTo(before);
    assertThat(dataset.listHash()).isEqualTo(list);
  }

  @Test
  void hashesWhatIsLeftWhenAFileVanishes(@TempDir Path root) throws IOException {
    Files.writeString(root.resolve("a.mp4"), "");
    Files.writeString(root.resolve("b.mp4"), "seven");
    ClipDataset dataset = dataset("x", root.toString(), List.of(A, B), "c", "d");
    String before = dataset.listAndSizesHash();
    Files.delete(root.resolve("a.mp4"));
    assertThat(dataset.listAndSizesHash())
        .isEqualTo(dataset.listAndSizesHash())
        .isNotEqualTo(before);
  }

  @Test
  void saysWhereItsResultsCameFrom() {
    ClipDataset dataset = dataset("toys", "one", List.of(A, B), "c", "d");
    assertThat(dataset.provenance("train"))
        .containsEntry("train data", "toys: 2 files of 2 classes")
        .containsEntry("train manifest (SHA-256)", dataset.listHash())
        .hasSize(2);
  }

  @Test
  void listsTheFilesOfEachClass() {
    assertThat(dataset("x", "one", List.of(B, A, B), "c", "d", "e").indicesByClass())
        .containsExactly(new int[] {1}, new int[] {0, 2}, new int[0]);
  }

  @Test
  void partsAreAllOfItInOrder() {
    List<ClipInfo> clips =
        IntStream.range(0, 11).mapToObj(i -> ClipInfo.unlabelled(i + ".mp4")).toList();
    ClipDataset dataset = dataset("toys", "one", clips);

    List<ClipDataset> parts =
        IntStream.rangeClosed(1, 4).mapToObj(i -> dataset.part(i, 4)).toList();

    assertThat(parts).extracting(ClipDataset::size).containsExactly(2, 3, 3, 3);
    assertThat(parts.stream().flatMap(part -> part.clips().stream()))
        .containsExactlyElementsOf(clips);
    assertThat(parts.get(1).name()).isEqualTo("toys, part 2 of 4");
    assertThat(dataset.part(1, 1).listHash()).isEqualTo(dataset.listHash());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dataset.part(5, 4))
        .withMessage("a part must be from 1 to 4, but was 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dataset.part(1, 12))
        .withMessage("toys has 11 files, too few for 12 parts");
  }

  @Test
  void namesAPart() {
    ClipDataset dataset = dataset("toys", "one", List.of(A, B), "c", "d");
    assertThat(dataset.subset(1).name()).isEqualTo("toys, 1 of 2");
    assertThat(dataset.subset("b alone", 1)).hasToString("b alone: 1 files of 2 classes");
    assertThat(dataset.subset(1).path(0)).isEqualTo(Path.of("one/b.mp4"));
  }

  @Test
  void rejectsALabelWithoutAClass() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dataset("x", "one", List.of(A, B), "c"))
        .withMessage("b.mp4 must have a label in [0, 1), but has label 1");
  }

  @Test
  void rejectsAMissingLabel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dataset("x", "one", List.of(ClipInfo.unlabelled("u.mp4")), "c"))
        .withMessage("u.mp4 must have a label in [0, 1), but has none");
  }

  @Test
  void rejectsALabelWhereThereAreNoClasses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dataset("x", "one", List.of(A)))
        .withMessage("a.mp4 must have no label, but has label 0");
  }

  @Test
  void rejectsAnEmptyPart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dataset("x", "one", List.of(A), "c").subset())
        .withMessage("a subset must have at least 1 file, but has none");
  }

  private static ClipDataset dataset(
      String name, String root, List<ClipInfo> clips, String... classes) {
    return new ClipDataset(name, Path.of(root), clips, List.of(classes), NONE);
  }
}
