package org.mae4j.examples.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.mae4j.models.kernels.Precision;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.models.torch.TorchEngine;

/** How fast this machine multiplies large matrices: what models are measured against. */
public final class MatmulRate {

  private static final int SIDE = 4096;
  private static final int PRODUCTS = 6;
  private static final int REPETITIONS = 3;

  private MatmulRate() {}

  /** 10^12 operations a second of products of 4096 x 4096 matrices; the best of three. */
  public static double tflops(Precision precision) {
    try (NDManager manager = TorchEngine.newManager();
        ScriptModule module =
            ScriptModule.compileResource(
                MatmulRate.class,
                "matmul.torchscript",
                Map.of("bfloat16", precision == Precision.BFLOAT16))) {
      double spread = 1 / Math.sqrt(SIDE);
      NDArray a = manager.randomNormal(0, (float) spread, new Shape(SIDE, SIDE), DataType.FLOAT32);
      seconds(module, a, 1);
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < REPETITIONS; i++) {
        // Each product takes the one before, so none can be left out; the difference leaves out the
        // conversions around the products.
        double one = seconds(module, a, 1);
        best = Math.min(best, (seconds(module, a, PRODUCTS) - one) / (PRODUCTS - 1));
      }
      return 2.0 * SIDE * SIDE * SIDE / best / 1e12;
    }
  }

  private static double seconds(ScriptModule module, NDArray a, int products) {
    long start = System.nanoTime();
    module.call("products", List.of(a), Collections.nCopies(products, a.stopGradient())).close();
    return (System.nanoTime() - start) / 1e9;
  }
}
