package org.mae4j.models;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;

/** Tests that run on both kernels: those with {@code @MethodSource("kernels")}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BothKernels {

  private final List<Kernels> kernels = List.of(new ScriptedKernels(), new PortableKernels());
  protected NDManager manager;

  Stream<Kernels> kernels() {
    return kernels.stream();
  }

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @AfterAll
  void closeKernels() {
    kernels.forEach(Kernels::close);
  }
}
