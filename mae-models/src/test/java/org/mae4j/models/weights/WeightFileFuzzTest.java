package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Seeds;

/**
 * Mutated real files: only the documented exception comes out, and no more memory is taken than the
 * file's size justifies. {@code -Dmae4j.fuzz.cases=N} asks for more than the default.
 */
class WeightFileFuzzTest {

  private static final int CASES = Integer.getInteger("mae4j.fuzz.cases", 100_000) / 2;
  private static final long ALLOWED_BYTES = 4 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tiny.pth", "tiny.safetensors"})
  void onlyTheDocumentedExceptionComesOut(String name) throws IOException {
    byte[] original = Files.readAllBytes(TorchCheckpointTest.resource(name));
    Path file = folder.resolve(name);
    RandomGenerator random = Seeds.generator(1, name.hashCode());
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      overwrite(file, mutated(original, random));
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        WeightFile weights = WeightFile.open(file);
        weights.tensors().keySet().forEach(weights::data);
      } catch (WeightFileException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("case " + i + " of " + name, e);
      }
      if (THREADS.getCurrentThreadAllocatedBytes() - before > ALLOWED_BYTES) {
        throw new AssertionError("case " + i + " of " + name + " allocates too much");
      }
    }
    assertThat(refused).isBetween(CASES / 20, CASES - 1);
  }

  /** In place: a file that is emptied first is flushed to the disk each time by some systems. */
  private static void overwrite(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), 0);
      channel.truncate(bytes.length);
    }
  }

  private static byte[] mutated(byte[] original, RandomGenerator random) {
    byte[] bytes =
        random.nextInt(8) == 0
            ? Arrays.copyOf(original, random.nextInt(original.length))
            : original.clone();
    for (int i = random.nextInt(6); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0 : 0xff);
        default -> {
          int length = Math.min(random.nextInt(1, 32), bytes.length - at);
          int from = random.nextInt(bytes.length - length + 1);
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }
}
