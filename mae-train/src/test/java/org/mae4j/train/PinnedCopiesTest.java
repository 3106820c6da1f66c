package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.models.torch.TorchEngine;

class PinnedCopiesTest {

  /** On the CPU, where page-locked memory is refused unless there is a GPU as well. */
  @Test
  void copiesWithOrWithoutPageLockedMemory() {
    try (NDManager device = TorchEngine.newManager();
        NDManager memory = device.newSubManager(Device.cpu());
        PinnedCopies copies = new PinnedCopies(device)) {
      for (int i = 0; i < 3; i++) {
        NDArray array = memory.arange(6f).reshape(new Shape(2, 3)).add(i);

        NDArray copy = copies.send(array);

        array.close();
        assertThat(copy.getManager()).isSameAs(device);
        assertThat(copy.getDevice()).isEqualTo(device.getDevice());
        assertThat(copy.getShape()).isEqualTo(new Shape(2, 3));
        assertThat(copy.toFloatArray()).containsExactly(i, i + 1, i + 2, i + 3, i + 4, i + 5);
      }
    }
  }

  @Test
  void doesWithoutPageLockedMemoryOnlyWhereThereIsNoGpu() {
    try (NDManager device = TorchEngine.newManager();
        NDManager memory = device.newSubManager(Device.cpu());
        PinnedCopies copies = new PinnedCopies(device)) {
      copies.send(memory.ones(new Shape(4)));

      if (device.getDevice().isGpu()) {
        assertThat(copies.refusal()).isEmpty();
      } else {
        assertThat(copies.refusal().orElseThrow())
            .hasMessageContaining("Cannot access accelerator device when none is available");
      }
    }
  }

  /** What is page-locked makes no difference to it. */
  @Test
  void sendsByItsScript() {
    try (NDManager device = TorchEngine.newManager();
        NDManager memory = device.newSubManager(Device.cpu());
        ScriptModule script =
            ScriptModule.compileResource(PinnedCopies.class, "pinned.torchscript", Map.of())) {
      NDArray sent =
          script.call("send", List.of(device.create(new Shape(0))), List.of(memory.arange(4f)));

      assertThat(sent.getDevice()).isEqualTo(device.getDevice());
      assertThat(sent.toFloatArray()).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void leavesNothingBehindButTheCopies() {
    try (NDManager device = TorchEngine.newManager()) {
      NDArray copy;
      try (NDManager memory = device.newSubManager(Device.cpu());
          PinnedCopies copies = new PinnedCopies(device)) {
        copy = copies.send(memory.ones(new Shape(4)));
      }
      assertThat(device.getManagedArrays()).containsExactly(copy);
    }
  }
}
