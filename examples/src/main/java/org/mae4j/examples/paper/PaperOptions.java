package org.mae4j.examples.paper;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mae4j.examples.paper.PaperStudy.Scale;
import picocli.CommandLine.Option;

/** The options of runs on the paper's data. */
public final class PaperOptions {

  @Option(
      names = "--paper",
      required = true,
      description =
          "the paper's recipes on its data, which must be there; weeks on GPUs, or hours from"
              + " published weights")
  private boolean paper;

  @Option(names = "--saycam", paramLabel = "DIR", description = "SAYCam's videos")
  private Path saycam;

  @Option(
      names = "--kinetics",
      paramLabel = "DIR",
      description = "Kinetics-700, as train/<class>/<id>.mp4 and val/<class>/<id>.mp4")
  private Path kinetics;

  @Option(
      names = "--ssv2",
      paramLabel = "DIR",
      description = "Something-Something-V2, videos and label files")
  private Path ssv2;

  @Option(
      names = "--imagenet",
      paramLabel = "DIR",
      description = "ImageNet, as train/<wnid>/<file>.JPEG and val/<wnid>/<file>.JPEG")
  private Path imagenet;

  @Option(
      names = "--ood",
      paramLabel = "DIR",
      description = "the 17 tasks out of distribution, a folder each")
  private Path outOfDistribution;

  @Option(
      names = "--weights",
      paramLabel = "DIR",
      description =
          "the authors' published weights, to begin from instead of pretraining and finetuning"
              + " where they have published them")
  private Path weights;

  @Option(
      names = "--mapped-classes",
      paramLabel = "FILE",
      description =
          "the classes of Something-Something-V2 that Result 2 maps, a line each; default the first"
              + " ten")
  private Path mappedClasses;

  private final Scale scale;

  /** Options at the paper's scale. */
  public PaperOptions() {
    scale = Scale.FULL;
  }

  PaperOptions(Map<String, Path> roots, Scale scale) {
    paper = true;
    saycam = roots.get("--saycam");
    kinetics = roots.get("--kinetics");
    ssv2 = roots.get("--ssv2");
    imagenet = roots.get("--imagenet");
    outOfDistribution = roots.get("--ood");
    weights = roots.get("--weights");
    mappedClasses = roots.get("--mapped-classes");
    this.scale = scale;
  }

  /** The roots by option, for those that are set. */
  Map<String, Path> roots() {
    Map<String, Path> roots = new LinkedHashMap<>();
    put(roots, "--saycam", saycam);
    put(roots, "--kinetics", kinetics);
    put(roots, "--ssv2", ssv2);
    put(roots, "--imagenet", imagenet);
    put(roots, "--ood", outOfDistribution);
    put(roots, "--weights", weights);
    put(roots, "--mapped-classes", mappedClasses);
    return roots;
  }

  private static void put(Map<String, Path> roots, String option, Path path) {
    if (path != null) {
      roots.put(option, path);
    }
  }

  /** The command line that says the same. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(paper ? List.of("--paper") : List.of());
    roots()
        .forEach(
            (option, path) -> {
              arguments.add(option);
              arguments.add(path.toString());
            });
    return arguments;
  }

  /** The data of some results, which are named as they name themselves. */
  Study study(Set<String> results) {
    return PaperStudy.of(roots(), results, scale);
  }
}
