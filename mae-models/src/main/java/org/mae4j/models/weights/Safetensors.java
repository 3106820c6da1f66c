package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A safetensors file: named tensors and string metadata.
 *
 * <p>Reading maps one tensor at a time, so a file of any size needs no Java heap. A file from
 * outside is checked before it is believed: sizes, offsets and types must agree with the file's
 * length.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class Safetensors implements WeightFile {

  private static final int MAX_HEADER_BYTES = 100_000_000;

  private final Path file;
  private final SafetensorsHeader header;
  private final long dataStart;

  private Safetensors(Path file, SafetensorsHeader header, long dataStart) {
    this.file = file;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Reads a file's table of contents.
   *
   * @throws WeightFileException if it is absent or damaged
   */
  public static Safetensors open(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      long headerBytes = readFully(channel, 0, new byte[Long.BYTES], file).getLong();
      if (headerBytes < 2 || headerBytes > Math.min(size - Long.BYTES, MAX_HEADER_BYTES)) {
        throw new WeightFileException(
            file,
            "not a safetensors file: header of " + headerBytes + " bytes in a file of " + size);
      }
      byte[] json = new byte[(int) headerBytes];
      readFully(channel, Long.BYTES, json, file);
      long dataStart = Long.BYTES + headerBytes;
      return new Safetensors(
          file, SafetensorsHeader.parse(file, json, size - dataStart), dataStart);
    } catch (NoSuchFileException e) {
      throw new WeightFileException(file, "no such file", e);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer readFully(FileChannel channel, long position, byte[] bytes, Path file)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new WeightFileException(
            file, "ends after " + channel.size() + " bytes, in its header");
      }
    }
    return buffer.flip();
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return header.tensors();
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public ByteBuffer data(String name) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new WeightFileException(file, "has no tensor " + name);
    }
    long begin = dataStart + header.offsets().get(name);
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() < begin + info.bytes()) {
        throw new WeightFileException(file, "was cut short while it was open");
      }
      return channel.map(MapMode.READ_ONLY, begin, info.bytes());
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Writes a file under a temporary name beside it, flushes it to the disk, and renames it, so that
   * the file is whole or absent whatever happens. The arrays may be on any device.
   *
   * @throws WeightFileException if it cannot be written
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        writeFully(channel, SafetensorsHeader.of(tensors, metadata));
        for (NDArray tensor : tensors.values()) {
          try (NDManager scope = tensor.getManager().newSubManager()) {
            NDArray borrowed = tensor.stopGradient();
            borrowed.attach(scope);
            writeFully(channel, borrowed.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
          }
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be written: " + e, e);
    } finally {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException ignored) {
        // The failure that left it there is already on its way.
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
