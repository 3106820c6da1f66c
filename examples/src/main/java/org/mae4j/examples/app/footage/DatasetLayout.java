package org.mae4j.examples.app.footage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.mae4j.api.ClipInfo;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.data.dataset.ImageFolder;
import org.mae4j.data.dataset.ImageNet;
import org.mae4j.data.dataset.Kinetics700;
import org.mae4j.data.dataset.Manifest;
import org.mae4j.data.dataset.MediaKind;
import org.mae4j.data.dataset.OutOfDistributionImageNet;
import org.mae4j.data.dataset.SayCam;
import org.mae4j.data.dataset.SomethingSomethingV2;
import org.mae4j.data.dataset.VideoFolder;

/** How the files of a dataset lie. */
public enum DatasetLayout {
  /** videos anywhere below the root */
  VIDEOS(MediaKind.VIDEO),
  /** videos in a folder for each class */
  CLASSES(MediaKind.VIDEO),
  SAYCAM(MediaKind.VIDEO),
  KINETICS700(MediaKind.VIDEO),
  SSV2(MediaKind.VIDEO),
  /** a list of videos (docs/data.md), which the root is itself */
  MANIFEST(MediaKind.VIDEO),
  /** images anywhere below the root */
  IMAGES(MediaKind.IMAGE),
  /** images in a folder for each class */
  IMAGE_CLASSES(MediaKind.IMAGE),
  IMAGENET(MediaKind.IMAGE),
  /** the 17 tasks of out-of-distribution ImageNet */
  OOD_IMAGENET(MediaKind.IMAGE);

  private final MediaKind kind;

  DatasetLayout(MediaKind kind) {
    this.kind = kind;
  }

  /** What the files are. */
  public MediaKind kind() {
    return kind;
  }

  /**
   * Finds the files.
   *
   * @param split of those that come in splits, of SAYCam a child's letter if one is meant alone;
   *     the others leave it alone
   */
  public ClipDataset find(Path root, String split) {
    return switch (this) {
      case VIDEOS -> VideoFolder.of(root);
      case CLASSES -> VideoFolder.builder().setFolder(root).optClassFolders().build();
      case SAYCAM -> SayCam.of(root, children(split));
      case KINETICS700 -> Kinetics700.of(root, split);
      case SSV2 -> SomethingSomethingV2.of(root, ssv2Split(split));
      case MANIFEST -> Manifest.read(root);
      case IMAGES -> ImageFolder.of(root);
      case IMAGE_CLASSES -> ImageFolder.builder().setFolder(root).optClassFolders().build();
      case IMAGENET -> ImageNet.of(root, split);
      case OOD_IMAGENET -> allTasks(root);
    };
  }

  /** One child by its letter, or all. */
  private static SayCam.Child[] children(String split) {
    return Arrays.stream(SayCam.Child.values())
        .filter(child -> child.name().equalsIgnoreCase(split))
        .toArray(SayCam.Child[]::new);
  }

  private static SomethingSomethingV2.Split ssv2Split(String name) {
    return Arrays.stream(SomethingSomethingV2.Split.values())
        .filter(split -> split.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--split must be one of "
                        + Arrays.toString(SomethingSomethingV2.Split.values())
                        + " in any case, but was "
                        + name));
  }

  private static ClipDataset allTasks(Path root) {
    List<ClipInfo> images =
        OutOfDistributionImageNet.of(root).stream()
            .flatMap(task -> task.images().clips().stream())
            .toList();
    return new ClipDataset(
        "ImageNet out of distribution",
        root,
        images,
        OutOfDistributionImageNet.CLASSES,
        ClipReader.create());
  }
}
