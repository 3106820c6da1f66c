package org.mae4j.models.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.models.torch.TorchEngine;

/**
 * Whether libtorch multiplies matrices of bfloat16s about as fast as others. On a processor without
 * instructions for them (x86 before AVX-512) it falls back to a loop over single numbers. libtorch
 * has no operator that tells, so this is timed, once.
 */
final class Bfloat16Products {

  private static final int SIDE = 256;
  private static final int TRIES = 4;
  private static final String PRODUCTS =
      """
        def float32(self, x: Tensor, p: List[Tensor]) -> Tensor:
          return torch.matmul(x, p[0])

        def bfloat16(self, x: Tensor, p: List[Tensor]) -> Tensor:
          return torch.to(torch.matmul(torch.to(x, 15), torch.to(p[0], 15)), 6)
      """;

  /**
   * The loop takes some fifty times as long as a product in float32, instructions at most twice.
   */
  private static final double MUCH_LONGER = 8;

  private Bfloat16Products() {}

  /** Whether they are fast on a device. Every GPU counts as such. */
  static boolean areFastOn(Device device) {
    return device.isGpu() || OnCpu.FAST;
  }

  private static final class OnCpu {
    static final boolean FAST = seconds("bfloat16") < MUCH_LONGER * seconds("float32");

    /** The shortest of several, since the machine may be busy with something else. */
    private static double seconds(String method) {
      double shortest = Double.POSITIVE_INFINITY;
      try (NDManager manager = TorchEngine.start().newBaseManager(Device.cpu());
          ScriptModule products = ScriptModule.compile(PRODUCTS, Map.of())) {
        List<NDArray> left = List.of(manager.ones(new Shape(SIDE, SIDE)));
        List<NDArray> right = List.of(manager.ones(new Shape(SIDE, SIDE)));
        for (int i = 0; i < TRIES; i++) {
          long start = System.nanoTime();
          products.call(method, left, right).close();
          shortest = Math.min(shortest, (System.nanoTime() - start) / 1e9);
        }
      }
      return shortest;
    }
  }
}
