package org.mae4j.models.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.models.weights.WeightFile.TensorInfo;

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
  private static final int READ_BYTES = 1 << 20;

  private static final String CHECKSUM = "mae4j.crc32c";
  private static final String NO_CHECKSUM = "00000000";

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
        byte[] start = new byte[(int) Math.min(FileKind.BYTES, size)];
        readFully(channel, 0, start, file);
        throw new WeightFileException(
            file, FileKind.foreign(start, size).orElse("is not a safetensors file"));
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
   * Reads the whole file and compares it with the checksum that {@link #writeChecked} left in it.
   *
   * @throws WeightFileException if they differ, if there is none, or if the file cannot be read
   */
  public void verify() {
    String expected = header.metadata().get(CHECKSUM);
    if (expected == null) {
      throw new WeightFileException(file, "has no checksum");
    }
    CRC32C checksum = new CRC32C();
    try (FileChannel channel = FileChannel.open(file)) {
      byte[] head = new byte[(int) dataStart];
      readFully(channel, 0, head, file);
      checksum.update(ByteBuffer.wrap(head, 0, checksumPosition(head)));
      checksum.update(NO_CHECKSUM.getBytes(US_ASCII));
      int after = checksumPosition(head) + NO_CHECKSUM.length();
      checksum.update(ByteBuffer.wrap(head, after, head.length - after));
      channel.position(dataStart);
      ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
      while (channel.read(buffer) >= 0) {
        checksum.update(buffer.flip());
        buffer.clear();
      }
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    if (!hex(checksum).equals(expected)) {
      throw new WeightFileException(
          file, "is damaged: its checksum is " + hex(checksum) + ", but should be " + expected);
    }
  }

  private static String hex(CRC32C checksum) {
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  /** Where the checksum's digits stand in a header with its length before it. */
  private static int checksumPosition(byte[] head) {
    String key = "\"" + CHECKSUM + "\":\"";
    return new String(head, ISO_8859_1).indexOf(key) + key.length();
  }

  /**
   * Writes a file under a temporary name beside it, flushes it to the disk, and renames it, so that
   * the file is whole or absent whatever happens. The arrays may be on any device.
   *
   * @throws WeightFileException if it cannot be written
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata) {
    writeWhole(
        file, channel -> writeAll(channel, SafetensorsHeader.of(tensors, metadata), tensors));
  }

  /**
   * Writes a file as {@link #write} does, with a checksum (CRC-32C) of all its bytes in its
   * metadata, for {@link #verify}.
   *
   * @throws WeightFileException if it cannot be written
   */
  public static void writeChecked(
      Path file, Map<String, NDArray> tensors, Map<String, String> metadata) {
    Map<String, String> checked = new LinkedHashMap<>(metadata);
    checked.put(CHECKSUM, NO_CHECKSUM);
    writeWhole(
        file,
        channel -> {
          ByteBuffer head = SafetensorsHeader.of(tensors, checked);
          byte[] bytes = new byte[head.remaining()];
          head.duplicate().get(bytes);
          int position = checksumPosition(bytes);
          CRC32C checksum = writeAll(channel, head, tensors);
          ByteBuffer digits = ByteBuffer.wrap(hex(checksum).getBytes(US_ASCII));
          while (digits.hasRemaining()) {
            channel.write(digits, position + digits.position());
          }
        });
  }

  /** Returns the checksum of all bytes written. */
  private static CRC32C writeAll(FileChannel channel, ByteBuffer head, Map<String, NDArray> tensors)
      throws IOException {
    CRC32C checksum = new CRC32C();
    writeFully(channel, head, checksum);
    for (NDArray tensor : tensors.values()) {
      try (NDManager scope = tensor.getManager().newSubManager()) {
        NDArray borrowed = tensor.stopGradient();
        borrowed.attach(scope);
        writeFully(channel, borrowed.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN), checksum);
      }
    }
    return checksum;
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer, CRC32C checksum)
      throws IOException {
    checksum.update(buffer.duplicate());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static void writeWhole(Path file, WholeFile.Writing writing) {
    try {
      WholeFile.write(file, writing);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be written: " + e, e);
    }
  }
}
