package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFiles;
import org.mae4j.models.Models;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.inference.ClipClassification;
import org.mae4j.models.torch.TorchEngine;

/** Says what videos show: the three likeliest classes of each, with their probabilities. */
public final class ClassifyFiles {

  private ClassifyFiles() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "ClassifyFiles", "CLASSIFIER", "VIDEO...");
    Path modelFile = Path.of(arguments[0]);
    List<Path> files = Stream.of(arguments).skip(1).map(Path::of).toList();
    try (NDManager manager = TorchEngine.newManager();
        VitClassifier model = Models.loadClassifier(modelFile, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFiles.of(files), model.input())) {
      for (ClipClassification answer : ClipClassification.of(model, clips)) {
        System.out.println(answer.source().id());
        for (ClipClassification.Probability likely : answer.top(3)) {
          System.out.printf("  %4.1f %% %s%n", 100 * likely.probability(), likely.className());
        }
      }
    }
  }
}
