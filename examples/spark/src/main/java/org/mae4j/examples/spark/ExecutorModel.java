package org.mae4j.examples.spark;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.models.Models;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.torch.TorchEngine;

/**
 * The model of an executor: loaded when its first task asks for it, shared by all, for as long as
 * the process lives.
 */
final class ExecutorModel {

  private static EmbeddingWork loadedFor;
  private static VitClassifier model;

  private ExecutorModel() {}

  /** The model for some work. */
  static synchronized VitClassifier of(EmbeddingWork work) {
    if (!work.equals(loadedFor)) {
      TorchEngine.setThreads(work.threads());
      NDManager manager = TorchEngine.newManager();
      model = Models.loadEncoder(Path.of(work.model()), work.pooling(), manager);
      loadedFor = work;
    }
    return model;
  }
}
