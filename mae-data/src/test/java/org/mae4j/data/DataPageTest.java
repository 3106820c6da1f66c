package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TrainingClips;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ImageFolder;
import org.mae4j.data.dataset.ImageNet;
import org.mae4j.data.dataset.Kinetics700;
import org.mae4j.data.dataset.Manifest;
import org.mae4j.data.dataset.OutOfDistributionImageNet;
import org.mae4j.data.dataset.SayCam;
import org.mae4j.data.dataset.SayCam.Child;
import org.mae4j.data.dataset.SomethingSomethingV2;
import org.mae4j.data.dataset.SomethingSomethingV2.Split;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.FewShotSplit;
import org.mae4j.data.split.FractionSubset;
import org.mae4j.data.split.HoldOut;
import org.mae4j.data.split.VideoHours;

/** The page for users shows code that compiles: each piece of it stands in this file, too. */
class DataPageTest {

  @Test
  void showsOnlyCodeThatCompiles() throws IOException {
    String here = code(Files.readString(Path.of("src/test/java/org/mae4j/data/DataPageTest.java")));
    Matcher blocks =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs/data.md")));
    int count = 0;
    while (blocks.find()) {
      count++;
      assertThat(here).contains(code(blocks.group(1)));
    }
    assertThat(count).isEqualTo(11);
  }

  private static String code(String text) {
    return text.replaceAll("//[^\n]*", "").replaceAll("\\s+", "");
  }

  @SuppressWarnings("unused")
  private static void page(Path root, Path list, long seed, NDManager manager) {
    ClipDataset s = SayCam.of(root, Child.S);
    ClipDataset kinetics = Kinetics700.of(root, "train");
    ClipDataset hours200 =
        FewShotSplit.random(Kinetics700.CLIPS_PER_CLASS_200_HOURS, seed).of(kinetics);
    ClipDataset ssv2 = SomethingSomethingV2.of(root, Split.TRAIN);
    ClipDataset imageNet = ImageNet.of(root, "val");
    List<OutOfDistributionImageNet.Task> tasks = OutOfDistributionImageNet.of(root);
    ClipDataset folder = VideoFolder.of(root);
    ClipDataset actions = VideoFolder.builder().setFolder(root).optClassFolders().build();
    ClipDataset photos = ImageFolder.builder().setFolder(root).optClassFolders().build();
    ClipDataset listed = Manifest.builder().setFile(list).optRoot(root).build();

    ClipDataset tenShots = FewShotSplit.first(10).of(ssv2);
    ClipDataset drawn = FewShotSplit.random(10, seed).of(kinetics);
    ClipDataset tenth = FractionSubset.first(0.1).of(s);
    ClipDataset twoPercent = FractionSubset.perClass(0.02, seed).of(imageNet);
    HoldOut cut = HoldOut.of(kinetics, 0.05, seed);

    VideoHours hours = VideoHours.of(s);
    double total = hours.hours(s);
    ClipDataset hundredth = FractionSubset.randomHours(0.01, seed, hours).of(s);

    Manifest.write(tenShots, Path.of("ssv2-10shot.csv"));
    ClipDataset same = Manifest.builder().setFile(Path.of("ssv2-10shot.csv")).optRoot(root).build();
    Map<String, String> provenance = same.provenance("train");

    List<ClipInfo> seen = new ArrayList<>();
    ClipInput input = ClipInput.PAPER_VIDEO;
    TrainingClips clips = new TrainingClips(input, RandomCrop.PAPER_PRETRAINING, 16, 1);
    try (VideoBatches training = VideoBatches.training(s, clips, seed);
        VideoBatches unseen = VideoBatches.evaluation(cut.validation(), input)) {
      ClipBatch first = training.batch(0, manager);
      unseen.forEachBatch(manager, batch -> seen.addAll(batch.sources()));
    }

    for (ClipView view : ClipView.uniform(10, input)) {
      try (VideoBatches batches = VideoBatches.evaluation(ssv2, view)) {
        ClipBatch first = batches.batch(0, manager);
      }
    }
  }
}
