package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInfo;
import org.mae4j.data.dataset.SayCam.Child;

class SayCamTest {

  @TempDir private Path root;

  @Test
  void takesOneChildInTheOrderOfRecording() {
    new Trees(root)
        .write(
            root,
            "S/S_20130530_0830_02.mp4",
            "S/S_20130509_0616_01.mp4",
            "S/S_20130530_0830_01.mp4",
            "A/A_20130101_0000_01.mp4");
    ClipDataset s = SayCam.of(root, Child.S);
    assertThat(ids(s))
        .containsExactly(
            "S/S_20130509_0616_01.mp4", "S/S_20130530_0830_01.mp4", "S/S_20130530_0830_02.mp4");
    assertThat(s.name()).isEqualTo("SAYCam S");
    assertThat(s.classes()).isEmpty();
  }

  @Test
  void findsTheChildInAnyPartOfThePath() {
    new Trees(root)
        .write(root, "A/2013/1.mp4", "S_20130509_0616_01/000.mp4", "x/Y_20140101_01.mp4");
    assertThat(ids(SayCam.of(root)))
        .containsExactly("A/2013/1.mp4", "S_20130509_0616_01/000.mp4", "x/Y_20140101_01.mp4");
    assertThat(ids(SayCam.of(root, Child.Y, Child.A)))
        .containsExactly("A/2013/1.mp4", "x/Y_20140101_01.mp4");
  }

  @Test
  void findsTheChildInTheNameOfTheFolderItself() {
    new Trees(root).write(root, "S/20130509_0616_01.mp4");
    assertThat(ids(SayCam.of(root.resolve("S"), Child.S))).containsExactly("20130509_0616_01.mp4");
  }

  @Test
  void saysWhichChildrenThereAre() {
    new Trees(root).write(root, "S/1.mp4", "Sam/2.mp4");
    assertThatThrownBy(() -> SayCam.of(root, Child.S, Child.Y))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("S/20130509/000.mp4")
        .hasMessageContaining("of S, Y; of 2 videos found there are some of S only")
        .hasMessageNotContaining("\n");
  }

  @Test
  void saysThatNoPathNamesAChild() {
    new Trees(root).write(root, "Sam/2.mp4");
    assertThatThrownBy(() -> SayCam.of(root, Child.S))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("of 1 videos found none has one, the first is Sam/2.mp4");
  }

  @Test
  void saysThatArchivesWereNotUnpacked() {
    new Trees(root).write(root, "saycam.tar");
    assertThatThrownBy(() -> SayCam.of(root, Child.S))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith(
            "of 0 videos found none has one, the folder has 1 archive not unpacked (saycam.tar)");
  }

  private static List<String> ids(ClipDataset dataset) {
    return dataset.clips().stream().map(ClipInfo::id).toList();
  }
}
