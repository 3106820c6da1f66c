package org.mae4j.examples.app;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.api.ClipInput;
import org.mae4j.api.Pooling;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.weights.WeightFile;
import picocli.CommandLine.Option;

/** The option of programs whose model may be in a file of others. */
final class GeometryOption {

  @Option(
      names = "--geometry",
      paramLabel = "NAME|FILE",
      description = "what a checkpoint of others does not say of its model: " + Geometry.SYNTAX)
  private String geometry;

  /**
   * The encoder's geometry: as said, else as in the file.
   *
   * @throws IllegalArgumentException if neither says it
   */
  VitConfig vit(Path file) {
    return geometry == null ? Models.vit(own(file)) : Geometry.of(geometry).config().vit();
  }

  /** How the model looks at a video: as said, else as in the file. */
  ClipInput input(Path file) {
    return geometry == null ? Models.input(own(file)) : Geometry.of(geometry).input();
  }

  /** What the file has of an encoder. */
  VitClassifier loadEncoder(Path file, Pooling pooling, NDManager manager) {
    return geometry == null
        ? Models.loadEncoder(own(file), pooling, manager)
        : Models.load(new ClassifierConfig(vit(file), 0, pooling), input(file), file, manager);
  }

  private static Path own(Path file) {
    if (!WeightFile.open(file).metadata().containsKey("mae4j.config")) {
      throw new IllegalArgumentException(
          file
              + " does not say its geometry, as files of others do not: say it by --geometry, such"
              + " as --geometry video-huge-224 for the paper's");
    }
    return file;
  }
}
