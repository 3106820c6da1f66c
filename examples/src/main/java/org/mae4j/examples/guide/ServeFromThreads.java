package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFiles;
import org.mae4j.models.Models;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.inference.ClipClassification;
import org.mae4j.models.torch.TorchEngine;

/** One classifier that many threads use at a time, as those of a server do. */
public final class ServeFromThreads {

  private final VitClassifier model;

  ServeFromThreads(VitClassifier model) {
    this.model = model;
    model.warmUp(); // so that the first request takes no longer than others
  }

  /** Answers a request, on the thread that calls. */
  ClipClassification classify(Path video) {
    try (VideoBatches clip =
        VideoBatches.evaluation(
            VideoFiles.of(video), model.input(), loader -> loader.optThreads(1))) {
      return ClipClassification.of(model, clip).get(0);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Usage.require(arguments, "ServeFromThreads", "CLASSIFIER", "VIDEO...");
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (NDManager manager = TorchEngine.newManager();
        VitClassifier model = Models.loadClassifier(Path.of(arguments[0]), manager)) {
      ServeFromThreads server = new ServeFromThreads(model);
      List<Callable<ClipClassification>> requests =
          Stream.of(arguments).skip(1).map(Path::of).map(server::request).toList();
      for (Future<ClipClassification> answer : threads.invokeAll(requests)) {
        System.out.println(answer.get().source().id() + ": " + answer.get().best().className());
      }
    } finally {
      threads.shutdown();
    }
  }

  private Callable<ClipClassification> request(Path video) {
    return () -> classify(video);
  }
}
