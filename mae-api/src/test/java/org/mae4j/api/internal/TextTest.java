package org.mae4j.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;

class TextTest {

  @Test
  void leavesOrdinaryNamesAlone() {
    String name = "C:\\vidéos\\ビデオ 😀/дом (1).mp4";
    assertThat(Text.shown(name)).isEqualTo(name);
  }

  @Test
  void writesOutWhatMovesTheCursorOrForgesALine() {
    assertThat(Text.shown("a\u001b[31m\n\r\t\u0000\u009b\u007f\u2028.mp4"))
        .isEqualTo("a\\u001b[31m\\n\\r\\t\\u0000\\u009b\\u007f\\u2028.mp4");
  }

  @Test
  void writesOutWhatTurnsTheDirectionOfWritingAndHalfCharacters() {
    assertThat(Text.shown("a\u202egpj.exe\ud83d")).isEqualTo("a\\u202egpj.exe\\ud83d");
  }

  @Test
  void cutsLongNamesInTheMiddleAndSaysTheirLength() {
    String shown = Text.shown("first/" + "x".repeat(5_000_000) + "/last.mp4");
    assertThat(shown)
        .startsWith("first/xxx")
        .contains("(5000015 characters)")
        .endsWith("xxx/last.mp4")
        .hasSizeLessThan(250);
    assertThat(Text.shown("x".repeat(200))).hasSize(200);
  }

  @Test
  void aMessageMayBeLongerThanAName() {
    assertThat(Text.message("x".repeat(2000))).hasSize(2000);
    assertThat(Text.message("x".repeat(2001))).contains("(2001 characters)");
  }

  @Test
  void showsAMissingText() {
    assertThat(Text.shown(null)).isEqualTo("null");
  }

  @Test
  void aFileThatCannotBeReadKeepsItsNameAndShowsItInOneLine() {
    String id = "a\nb\u001b.mp4";
    ClipReadException failure = new ClipReadException(id, Stage.OPEN, "x\u0007" + "y".repeat(9000));
    assertThat(failure.file()).isEqualTo(id);
    assertThat(failure.getMessage())
        .startsWith("a\\nb\\u001b.mp4: open: x\\u0007yyy")
        .hasSizeLessThan(2100);
    assertThat(failure.reason()).hasSizeLessThan(2100);
  }
}
