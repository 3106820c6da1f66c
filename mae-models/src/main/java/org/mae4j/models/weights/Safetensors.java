package org.mae4j.models.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.mae4j.api.internal.Text;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.models.weights.WeightFile.TensorInfo;

/**
 * A safetensors file: named tensors and string metadata.
 *
 * <p>One tensor is read at a time, so a file of any size needs no Java heap. A file from outside is
 * checked before it is believed: sizes, offsets and types must agree with the file's length.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class Safetensors implements WeightFile {

  private static final int MAX_HEADER_BYTES = 100_000_000;
  private static final int READ_BYTES = 1 << 20;

  private static final String CHECKSUM = "mae4j.crc32c";
  private static final String NO_CHECKSUM = "00000000";

  private final SteadyFile file;
  private final SafetensorsHeader header;
  private final long dataStart;

  private Safetensors(SteadyFile file, SafetensorsHeader header, long dataStart) {
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
    SteadyFile bytes = SteadyFile.of(file);
    return bytes.read(
        channel -> {
          long size = bytes.size();
          int start = (int) Math.min(Long.BYTES, size);
          long headerBytes = start < Long.BYTES ? 0 : SteadyFile.bytes(channel, 0, start).getLong();
          if (headerBytes < 2 || headerBytes > Math.min(size - Long.BYTES, MAX_HEADER_BYTES)) {
            byte[] head =
                SteadyFile.bytes(channel, 0, (int) Math.min(FileKind.BYTES, size)).array();
            throw new WeightFileException(
                file, FileKind.foreign(head, size).orElse("is not a safetensors file"));
          }
          SteadyFile.requireTable(headerBytes);
          byte[] json = SteadyFile.bytes(channel, Long.BYTES, (int) headerBytes).array();
          long dataStart = Long.BYTES + headerBytes;
          return new Safetensors(
              bytes, SafetensorsHeader.parse(file, json, size - dataStart), dataStart);
        });
  }

  @Override
  public Path path() {
    return file.path();
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
  public void copy(String name, ByteBuffer into) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new WeightFileException(path(), "has no tensor " + Text.shown(name));
    }
    if (info.type() == DataType.UNKNOWN) {
      throw WeightFileException.unread(path(), name, header.unread().get(name));
    }
    if (info.bytes() == 0) {
      return;
    }
    long begin = dataStart + header.offsets().get(name);
    file.read(
        channel -> {
          SteadyFile.fill(channel, begin, into);
          return into;
        });
  }

  /**
   * Reads the whole file and compares it with the checksum that {@link #writeChecked} left in it.
   *
   * @throws WeightFileException if they differ, if there is none, or if the file cannot be read
   */
  public void verify() {
    String expected = header.metadata().get(CHECKSUM);
    if (expected == null) {
      throw new WeightFileException(path(), "has no checksum");
    }
    String found = hex(file.read(this::checksum));
    if (!found.equals(expected)) {
      throw new WeightFileException(
          path(), "is damaged: its checksum is " + found + ", but should be " + expected);
    }
  }

  private CRC32C checksum(SeekableByteChannel channel) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] head = SteadyFile.bytes(channel, 0, (int) dataStart).array();
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
    return checksum;
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
