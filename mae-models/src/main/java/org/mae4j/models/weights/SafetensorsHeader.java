package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mae4j.api.internal.Text;
import org.mae4j.models.weights.WeightFile.TensorInfo;

/**
 * The table of contents of a safetensors file. Names are unique, and the tensors fill the data from
 * its first byte to its last without overlap.
 *
 * @param tensors the tensors by name, in the header's order
 * @param offsets where each begins, in bytes from the start of the data
 * @param unread the types of the tensors whose values are not read
 * @param metadata the strings under {@code __metadata__}
 */
record SafetensorsHeader(
    Map<String, TensorInfo> tensors,
    Map<String, Long> offsets,
    Map<String, String> unread,
    Map<String, String> metadata) {

  private static final int MAX_DIMENSIONS = 64;
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

  /** Types whose values are not read, and others that are as wide. */
  private static final Map<String, DataType> UNREAD =
      Map.of(
          "F8_E4M3", DataType.INT8,
          "F8_E5M2", DataType.INT8,
          "F8_E8M0", DataType.INT8,
          "I16", DataType.FLOAT16,
          "U16", DataType.FLOAT16,
          "U32", DataType.INT32,
          "U64", DataType.INT64,
          "C64", DataType.INT64);

  SafetensorsHeader {
    tensors = Collections.unmodifiableMap(tensors);
    offsets = Collections.unmodifiableMap(offsets);
    unread = Collections.unmodifiableMap(unread);
    metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Reads a header as a stream, so that it takes no more memory than what it tells.
   *
   * @param file its file, for messages
   * @param json its text
   * @param dataBytes how many bytes follow it
   * @throws WeightFileException if it is damaged, or does not fit the data
   */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    Map<String, Long> offsets = new HashMap<>();
    Map<String, String> unread = new HashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonReader reader =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder()))) {
      reader.setStrictness(Strictness.STRICT);
      reader.beginObject();
      boolean described = false;
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (!name.equals(METADATA)) {
          Entry entry = Entry.read(reader);
          TensorInfo info = entry.check(file, name, dataBytes);
          offsets.put(name, entry.begin());
          requireNew(tensors.put(name, info), name);
          if (info.type() == DataType.UNKNOWN) {
            unread.put(name, entry.type());
          }
        } else if (described) {
          throw new IOException("two entries " + METADATA);
        } else {
          described = true;
          reader.beginObject();
          while (reader.hasNext()) {
            String key = reader.nextName();
            requireNew(metadata.put(key, string(reader)), key);
          }
          reader.endObject();
        }
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IOException("text after its end");
      }
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new WeightFileException(
          file, "damaged header: " + Text.shown(String.valueOf(e.getMessage())), e);
    }
    requireFilled(file, tensors, offsets, dataBytes);
    return new SafetensorsHeader(tensors, offsets, unread, metadata);
  }

  private static void requireNew(Object previous, String name) throws IOException {
    if (previous != null) {
      throw new IOException("two entries " + Text.shown(name));
    }
  }

  /** The format allows neither holes nor overlaps. */
  private static void requireFilled(
      Path file, Map<String, TensorInfo> tensors, Map<String, Long> offsets, long dataBytes) {
    List<String> names = new ArrayList<>(tensors.keySet());
    names.sort(
        Comparator.<String>comparingLong(offsets::get)
            .thenComparingLong(name -> tensors.get(name).bytes()));
    long filled = 0;
    for (String name : names) {
      if (offsets.get(name) != filled) {
        throw new WeightFileException(
            file,
            String.format(
                Locale.ROOT,
                "tensor %s begins at %d of the data, but those before it end at %d",
                Text.shown(name),
                offsets.get(name),
                filled));
      }
      filled += tensors.get(name).bytes();
    }
    if (filled != dataBytes) {
      throw new WeightFileException(
          file, "has " + dataBytes + " bytes of data, but its tensors take " + filled);
    }
  }

  private static String string(JsonReader reader) throws IOException {
    if (reader.peek() != JsonToken.STRING) {
      throw new IOException("no string at " + reader.getPath());
    }
    return reader.nextString();
  }

  private static List<Long> integers(JsonReader reader, int most) throws IOException {
    List<Long> values = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      if (values.size() == most || reader.peek() != JsonToken.NUMBER) {
        throw new IOException("no list of at most " + most + " numbers at " + reader.getPath());
      }
      values.add(Long.parseLong(reader.nextString()));
    }
    reader.endArray();
    return values;
  }

  /** A header of tensors that follow each other, with its length before it. */
  static ByteBuffer of(Map<String, NDArray> tensors, Map<String, String> metadata) {
    Gson gson = new Gson();
    JsonObject json = new JsonObject();
    if (!metadata.isEmpty()) {
      json.add(METADATA, gson.toJsonTree(metadata));
    }
    long offset = 0;
    for (Map.Entry<String, NDArray> entry : tensors.entrySet()) {
      NDArray tensor = entry.getValue();
      long end = offset + tensor.size() * tensor.getDataType().getNumOfBytes();
      JsonObject described = new JsonObject();
      described.addProperty("dtype", typeName(tensor.getDataType()));
      described.add("shape", gson.toJsonTree(tensor.getShape().getShape()));
      described.add("data_offsets", gson.toJsonTree(new long[] {offset, end}));
      json.add(entry.getKey(), described);
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

  /** What the header says of one tensor. */
  private record Entry(String type, List<Long> shape, long begin, long end) {

    static Entry read(JsonReader reader) throws IOException {
      String path = reader.getPath();
      String type = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      reader.beginObject();
      while (reader.hasNext()) {
        String key = reader.nextName();
        if (key.equals("dtype") && type == null) {
          type = string(reader);
        } else if (key.equals("shape") && shape == null) {
          shape = integers(reader, MAX_DIMENSIONS);
        } else if (key.equals("data_offsets") && offsets == null) {
          offsets = integers(reader, 2);
        } else {
          throw new IOException("a second or unknown value at " + reader.getPath());
        }
      }
      reader.endObject();
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw new IOException("dtype, shape or data_offsets absent at " + path);
      }
      return new Entry(type, shape, offsets.get(0), offsets.get(1));
    }

    TensorInfo check(Path file, String name, long dataBytes) {
      String shown = "tensor " + Text.shown(name);
      DataType known = TYPES.getOrDefault(type, UNREAD.get(type));
      if (known == null) {
        throw new WeightFileException(
            file,
            String.format(
                Locale.ROOT,
                "%s has type %s, but only %s can be read",
                shown,
                Text.shown(type),
                TYPES.keySet()));
      }
      long[] sides = shape.stream().mapToLong(Long::longValue).toArray();
      TensorInfo info = TensorInfo.of(file, name, known, sides);
      long bytes = info.bytes();
      if (begin < 0 || end < begin || end - begin != bytes || end > dataBytes) {
        throw new WeightFileException(
            file,
            String.format(
                Locale.ROOT,
                "%s of %d bytes lies at %d to %d of %d bytes of data%s",
                shown,
                bytes,
                begin,
                end,
                dataBytes,
                end - begin == bytes && end > dataBytes ? ": the file is cut short" : ""));
      }
      return TYPES.containsKey(type) ? info : new TensorInfo(DataType.UNKNOWN, info.shape(), bytes);
    }
  }
}
