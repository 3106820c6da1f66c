package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  private static final int CASES = Integer.getInteger("mae4j.fuzz.cases", 12_000) / 4;
  private static final long ALLOWED_BYTES = 4 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tiny.pth", "beside5.pth", "legacy.pth", "tiny.safetensors"})
  void onlyTheDocumentedExceptionComesOut(String name) throws IOException {
    byte[] original = withoutChecksums(Files.readAllBytes(TorchCheckpointTest.resource(name)));
    Path file = folder.resolve(name);
    RandomGenerator random = Seeds.generator(1, name.hashCode());
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      overwrite(file, mutated(original, random));
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        WeightFile weights = WeightFile.open(file);
        for (String tensor : weights.tensors().keySet()) {
          requireValuesOrReason(weights, tensor);
        }
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

  /** A checksum would find almost any mutation before the reader has to. */
  private static byte[] withoutChecksums(byte[] zip) {
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < zip.length - 20; i++) {
      if (bytes.getInt(i) == 0x02014b50) {
        bytes.putInt(i + 16, 0);
      }
    }
    return zip;
  }

  private static void requireValuesOrReason(WeightFile weights, String tensor) {
    try {
      if (weights.data(tensor).remaining() != weights.tensors().get(tensor).bytes()) {
        throw new AssertionError(tensor + " has other bytes than its size");
      }
    } catch (WeightFileException e) {
      if (!e.getMessage().startsWith(weights.path().toString())) {
        throw new AssertionError("the file is not named", e);
      }
    }
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
      int length = Math.min(random.nextInt(1, 32), bytes.length - at);
      int from = random.nextInt(bytes.length - length + 1);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0 : 0xff);
        case 3 -> System.arraycopy(bytes, from, bytes, at, length);
        case 4 -> bytes = joined(bytes, at, bytes, at + length);
        default -> bytes = joined(bytes, from + length, bytes, from);
      }
    }
    return bytes;
  }

  /** The start of one up to a place, and the rest of the other from a place on. */
  private static byte[] joined(byte[] start, int to, byte[] rest, int from) {
    byte[] joined = Arrays.copyOf(start, to + rest.length - from);
    System.arraycopy(rest, from, joined, to, rest.length - from);
    return joined;
  }
}
