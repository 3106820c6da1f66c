package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;

class OutOfDistributionImageNetTest {

  /** Images and conditions of each task, as published. */
  private static final Map<String, int[]> PUBLISHED =
      Map.ofEntries(
          Map.entry("colour", new int[] {1280, 2}),
          Map.entry("contrast", new int[] {1280, 8}),
          Map.entry("high-pass", new int[] {1280, 8}),
          Map.entry("low-pass", new int[] {1280, 8}),
          Map.entry("phase-scrambling", new int[] {1120, 7}),
          Map.entry("power-equalisation", new int[] {1120, 2}),
          Map.entry("false-colour", new int[] {1120, 2}),
          Map.entry("rotation", new int[] {1280, 4}),
          Map.entry("eidolonI", new int[] {1280, 8}),
          Map.entry("eidolonII", new int[] {1280, 8}),
          Map.entry("eidolonIII", new int[] {1280, 8}),
          Map.entry("uniform-noise", new int[] {1280, 8}),
          Map.entry("cue-conflict", new int[] {1280, 1}),
          Map.entry("sketch", new int[] {800, 1}),
          Map.entry("stylized", new int[] {800, 1}),
          Map.entry("edge", new int[] {160, 1}),
          Map.entry("silhouette", new int[] {160, 1}));

  @TempDir private Path root;
  private Trees trees;

  @BeforeEach
  void makeTrees() {
    trees = new Trees(root);
  }

  @Test
  void readsAllSeventeenTasks() {
    PUBLISHED.forEach((task, extent) -> write(task, extent[0], extent[1]));
    trees.write(root, "contrast/human/raw.png");
    List<OutOfDistributionImageNet.Task> tasks = OutOfDistributionImageNet.of(root);
    assertThat(tasks)
        .extracting(OutOfDistributionImageNet.Task::name)
        .isEqualTo(OutOfDistributionImageNet.taskNames())
        .hasSize(17);
    assertThat(tasks.stream().mapToInt(task -> task.images().size()).sum()).isEqualTo(18_080);
    for (OutOfDistributionImageNet.Task task : tasks) {
      assertThat(task.images().classes()).hasSize(16);
      for (int i = 0; i < task.images().size(); i++) {
        String className =
            OutOfDistributionImageNet.CLASSES.get(task.images().info(i).label().getAsInt());
        assertThat(task.images().info(i).id()).contains(className);
      }
    }
    OutOfDistributionImageNet.Task contrast = tasks.get(1);
    assertThat(contrast.images().info(0).id()).contains("_" + contrast.conditions().get(0) + "_");
    ClipRequest request =
        ClipRequest.one(new FrameSampling(16, 8, 30), WindowPlacement.centre(), new Random(0));
    try (Clip clip = contrast.images().clips(0, request).get(0)) {
      assertThat(clip.shape().frames()).isEqualTo(16);
    }
  }

  @Test
  void saysWhichTasksAreNotAllThere() {
    write("edge", 160, 1);
    write("contrast", 64, 8);
    assertThatThrownBy(() -> OutOfDistributionImageNet.of(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("<task>/dnn/session-<N>/<file>.png")
        .hasMessageContaining("found 2 folders (contrast, edge); 16 tasks are not all there")
        .hasMessageContaining("contrast has 64 of 1280 images")
        .hasMessageContaining("sketch has 0 of 800 images")
        .hasMessageNotContaining("edge has")
        .hasMessageNotContaining("\n");
  }

  @Test
  void takesWhatIsThereIfAsked() {
    write("edge", 16, 1);
    List<OutOfDistributionImageNet.Task> tasks =
        OutOfDistributionImageNet.builder().setRoot(root).optPartial().build();
    assertThat(tasks).extracting(OutOfDistributionImageNet.Task::name).containsExactly("edge");
    assertThat(tasks.get(0).conditions()).hasSize(16).containsOnly("0");
  }

  @Test
  void refusesAnUnknownClass() {
    trees.write(root, "edge/whale/1.png");
    assertThatThrownBy(() -> OutOfDistributionImageNet.of(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(root.resolve("edge/whale/1.png") + ": its class must be one of")
        .hasMessageEndingWith("but was whale");
  }

  @Test
  void refusesANameWithoutAClass() {
    trees.write(root, "sketch/dnn/session-1/dog.png");
    assertThatThrownBy(() -> OutOfDistributionImageNet.of(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("dog.png: fields 3 and 4 of its name")
        .hasMessageEndingWith("but it has 1");
  }

  private void write(String task, int images, int conditions) {
    boolean inFolders = List.of("edge", "silhouette", "cue-conflict").contains(task);
    for (int i = 0; i < images; i++) {
      String className = OutOfDistributionImageNet.CLASSES.get(i % 16);
      trees.write(
          root,
          inFolders
              ? task + "/" + className + "/" + className + i + ".png"
              : String.format(
                  Locale.ROOT,
                  "%s/dnn/session-%d/%04d_xx_dnn_c%02d_%s_10_n%d.png",
                  task,
                  1 + i % 4,
                  i,
                  i / 16 % conditions,
                  className,
                  i));
    }
  }
}
