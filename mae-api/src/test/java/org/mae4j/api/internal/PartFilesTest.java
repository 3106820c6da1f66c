package org.mae4j.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFilesTest {

  private static final Map<String, String> OF = Map.of("videos", "list 12", "model", "a: b\nc");

  @TempDir private Path folder;
  private PartFiles parts;

  @BeforeEach
  void name() {
    parts = new PartFiles(folder.resolve("rows.csv"));
  }

  @Test
  void areThereInOrderOnceAllAreWritten() throws IOException {
    for (int part : new int[] {3, 1, 2}) {
      Files.writeString(parts.begin(part, 3, OF), "" + part);
    }
    // Another process may make one again.
    parts.begin(2, 3, OF);

    Path place = folder.resolve("rows.csv.parts");
    assertThat(parts.all())
        .containsExactly(
            place.resolve("00001-of-00003.csv"),
            place.resolve("00002-of-00003.csv"),
            place.resolve("00003-of-00003.csv"));
    parts.requireOf(OF);
  }

  @Test
  void saysWhichAreMissing() throws IOException {
    for (int part : new int[] {2, 3, 6, 9}) {
      Files.writeString(parts.begin(part, 9, OF), "");
    }
    parts.begin(5, 9, OF);

    assertThatIllegalArgumentException()
        .isThrownBy(parts::all)
        .withMessage("of the 9 parts in " + parts + ", 5 are missing: 1, 4-5, 7-8");
  }

  @Test
  void saysThatThereIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(parts::all)
        .withMessage("there are no parts of " + folder.resolve("rows.csv") + " in " + parts);
  }

  @Test
  void aPartOfSomethingElseIsRefusedBeforeItIsMade() {
    parts.begin(1, 2, OF);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> parts.begin(2, 2, Map.of("videos", "list 13", "model", "a: b\nc")))
        .withMessage(
            parts
                + ": part 00002-of-00002 does not belong with part 00001-of-00002: videos list 13"
                + " instead of list 12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parts.begin(2, 4, OF))
        .withMessageContaining("holds part 00001-of-00002, but part 00002-of-00004 would be of");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parts.begin(3, 2, OF))
        .withMessage("a part must be from 1 to 2, but was 3");
  }

  @Test
  void whatWasMadeByProcessesThatDidNotSeeEachOtherIsNotJoined() throws IOException {
    Files.writeString(parts.begin(1, 2, OF), "");
    Path other = folder.resolve("rows.csv.parts/00002-of-00002.about");
    Files.writeString(folder.resolve("rows.csv.parts/00002-of-00002.csv"), "");
    Files.writeString(other, "videos: list 13\nmodel: a: b\\nc\n");

    assertThatIllegalArgumentException()
        .isThrownBy(parts::all)
        .withMessageContaining("videos list 13 instead of list 12");
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Files.writeString(folder.resolve("rows.csv.parts"), "a file");
    assertThatThrownBy(() -> parts.begin(1, 2, OF))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write into " + parts);
  }
}
