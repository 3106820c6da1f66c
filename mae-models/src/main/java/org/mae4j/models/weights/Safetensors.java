package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final String METADATA = "__metadata__";
  private static final Map<String, DataType> TYPES =
      Map.of(
          "F32", DataType.FLOAT32,
          "F64", DataType.FLOAT64,
          "F16", DataType.FLOAT16,
          "BF16", DataType.BFLOAT16,
          "I64", DataType.INT64,
          "I32", DataType.INT32,
          "I8", DataType.INT8,
          "U8", DataType.UINT8,
          "BOOL", DataType.BOOLEAN);

  private final Path file;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, Long> offsets;
  private final Map<String, String> metadata;

  private Safetensors(
      Path file,
      Map<String, TensorInfo> tensors,
      Map<String, Long> offsets,
      Map<String, String> metadata) {
    this.file = file;
    this.offsets = offsets;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Reads a file's table of contents.
   *
   * @throws WeightFileException if it is absent or damaged
   */
  public static Safetensors open(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      long headerBytes = readFully(channel, 0, Long.BYTES, file).getLong();
      if (headerBytes < 2 || headerBytes > Math.min(size - Long.BYTES, MAX_HEADER_BYTES)) {
        throw new WeightFileException(
            file,
            "not a safetensors file: header of " + headerBytes + " bytes in a file of " + size);
      }
      ByteBuffer header = readFully(channel, Long.BYTES, (int) headerBytes, file);
      long dataStart = Long.BYTES + headerBytes;
      JsonObject json =
          JsonParser.parseString(StandardCharsets.UTF_8.decode(header).toString())
              .getAsJsonObject();
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      Map<String, Long> offsets = new HashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
        JsonElement value = entry.getValue();
        if (entry.getKey().equals(METADATA)) {
          value
              .getAsJsonObject()
              .entrySet()
              .forEach(e -> metadata.put(e.getKey(), e.getValue().getAsString()));
        } else {
          HeaderEntry tensor = headerEntry(file, entry.getKey(), value);
          tensors.put(entry.getKey(), tensor(file, entry.getKey(), tensor, size - dataStart));
          offsets.put(entry.getKey(), dataStart + tensor.offsets[0]);
        }
      }
      return new Safetensors(file, tensors, offsets, metadata);
    } catch (NoSuchFileException e) {
      throw new WeightFileException(file, "no such file", e);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | IllegalArgumentException
        | StackOverflowError e) {
      throw new WeightFileException(file, "damaged header: " + e.getMessage(), e);
    }
  }

  private static HeaderEntry headerEntry(Path file, String name, JsonElement json) {
    HeaderEntry entry = new Gson().fromJson(json, HeaderEntry.class);
    if (entry == null
        || entry.dtype == null
        || entry.shape == null
        || entry.offsets == null
        || entry.offsets.length != 2) {
      throw new WeightFileException(file, "damaged header: tensor " + name + " is " + json);
    }
    return entry;
  }

  private static TensorInfo tensor(Path file, String name, HeaderEntry entry, long dataBytes) {
    DataType type = TYPES.get(entry.dtype);
    if (type == null) {
      throw new WeightFileException(
          file,
          "tensor "
              + name
              + " has type "
              + entry.dtype
              + ", but only "
              + TYPES.keySet()
              + " can be read");
    }
    long bytes = type.getNumOfBytes();
    for (long side : entry.shape) {
      if (side < 0 || (side > 0 && bytes > Integer.MAX_VALUE / side)) {
        throw new WeightFileException(
            file,
            "tensor "
                + name
                + " of shape "
                + Arrays.toString(entry.shape)
                + " is larger than 2 GiB or negative");
      }
      bytes *= side;
    }
    long begin = entry.offsets[0];
    long end = entry.offsets[1];
    if (begin < 0 || end < begin || end - begin != bytes || end > dataBytes) {
      throw new WeightFileException(
          file,
          "tensor "
              + name
              + " of "
              + bytes
              + " bytes lies at "
              + begin
              + " to "
              + end
              + " of "
              + dataBytes
              + " bytes of data");
    }
    return new TensorInfo(type, new Shape(entry.shape), bytes);
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int length, Path file)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
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
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public ByteBuffer data(String name) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw new WeightFileException(file, "has no tensor " + name);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() < offsets.get(name) + info.bytes()) {
        throw new WeightFileException(file, "was cut short while it was open");
      }
      return channel.map(MapMode.READ_ONLY, offsets.get(name), info.bytes());
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
        writeFully(channel, header(tensors, metadata));
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

  private static ByteBuffer header(Map<String, NDArray> tensors, Map<String, String> metadata) {
    Gson gson = new Gson();
    JsonObject json = new JsonObject();
    if (!metadata.isEmpty()) {
      json.add(METADATA, gson.toJsonTree(metadata));
    }
    long offset = 0;
    for (Map.Entry<String, NDArray> entry : tensors.entrySet()) {
      NDArray tensor = entry.getValue();
      long end = offset + tensor.size() * tensor.getDataType().getNumOfBytes();
      json.add(
          entry.getKey(),
          gson.toJsonTree(
              new HeaderEntry(
                  typeName(tensor.getDataType()),
                  tensor.getShape().getShape(),
                  new long[] {offset, end})));
      offset = end;
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(text);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  private static String typeName(DataType type) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("tensors of type " + type + " cannot be written"));
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** What the header says of one tensor, unchecked. */
  private static final class HeaderEntry {
    private final String dtype;
    private final long[] shape;

    @SerializedName("data_offsets")
    private final long[] offsets;

    private HeaderEntry(String dtype, long[] shape, long[] offsets) {
      this.dtype = dtype;
      this.shape = shape;
      this.offsets = offsets;
    }
  }
}
