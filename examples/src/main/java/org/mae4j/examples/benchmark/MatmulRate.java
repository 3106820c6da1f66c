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

/**
 * How fast this machine multiplies large matrices: what models are measured against. To be measured
 * again and again between the steps of a model, since what else runs on a machine changes.
 */
public final class MatmulRate implements AutoCloseable {

  private static final int SIDE = 4096;
  private static final int PRODUCTS = 2;

  /** How many operations one measurement takes. */
  public static final double OPERATIONS = PRODUCTS * 2.0 * SIDE * SIDE * SIDE;

  private final NDManager manager = TorchEngine.newManager();
  private final ScriptModule module;
  private final NDArray matrix;
  private final List<NDArray> products;

  /** A meter of products of 4096 x 4096 matrices, multiplied as the scripted kernels do. */
  public MatmulRate(Precision precision) {
    module =
        ScriptModule.compileResource(
            MatmulRate.class,
            "matmul.torchscript",
            Map.of(
                "bfloat16",
                precision == Precision.BFLOAT16,
                "widened",
                !Precision.BFLOAT16.isFastOn(manager.getDevice())));
    double spread = 1 / Math.sqrt(SIDE);
    matrix = manager.randomNormal(0, (float) spread, new Shape(SIDE, SIDE), DataType.FLOAT32);
    products = Collections.nCopies(PRODUCTS, matrix.stopGradient());
    tflops();
  }

  /** 10^12 operations a second, now. */
  public double tflops() {
    long start = System.nanoTime();
    // Each product takes the one before, so that none can be left out.
    try (NDManager scope = manager.newSubManager()) {
      NDArray product = module.call("products", List.of(matrix), products);
      product.attach(scope);
      // Where the device works on its own, reading a value waits for it.
      product.get(0, 0).getFloat();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return OPERATIONS / seconds / 1e12;
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
