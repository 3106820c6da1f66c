package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSourceTest {

  private final List<String> events = new ArrayList<>();

  @Test
  void goesThroughOnePassAndSkipsEmptyBatches() {
    source(2, 0, 1).forEachBatch(manager(), batch -> events.add("use " + batch.size()));

    assertThat(events)
        .containsExactly(
            "open", "batch 0", "use 2", "close", "open", "batch 1", "close", "open", "batch 2",
            "use 1", "close");
  }

  @Test
  void closesABatchWhoseUseFails() {
    BatchSource source = source(2, 1);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                source.forEachBatch(
                    manager(),
                    batch -> {
                      throw new IllegalStateException("no use");
                    }));
    assertThat(events).containsExactly("open", "batch 0", "close");
  }

  private BatchSource source(int... sizes) {
    return new BatchSource() {
      @Override
      public long batchesPerPass() {
        return sizes.length;
      }

      @Override
      public ClipBatch batch(long index, NDManager manager) {
        events.add("batch " + index);
        int size = sizes[(int) index];
        return new ClipBatch(
            PassthroughNDManager.INSTANCE.create(
                ByteBuffer.allocate(4 * size), new Shape(size), DataType.FLOAT32),
            Collections.nCopies(size, ClipInfo.unlabelled("ball.mp4")),
            0);
      }

      @Override
      public void close() {}
    };
  }

  /** Makes managers that tell of their end; no engine is on this module's path. */
  private NDManager manager() {
    return (NDManager)
        Proxy.newProxyInstance(
            NDManager.class.getClassLoader(),
            new Class<?>[] {NDManager.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("newSubManager")) {
                events.add("open");
                return manager();
              }
              events.add(method.getName());
              return null;
            });
  }
}
