package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Reads the float32 and uint8 tensors of a test resource. */
final class Safetensors {

  private Safetensors() {}

  static Map<String, NDArray> read(String resource, NDManager manager) throws IOException {
    ByteBuffer file;
    try (InputStream in = Safetensors.class.getResourceAsStream(resource)) {
      file = ByteBuffer.wrap(Objects.requireNonNull(in, resource).readAllBytes());
    }
    int headerLength = Math.toIntExact(file.order(ByteOrder.LITTLE_ENDIAN).getLong());
    String header = new String(file.array(), Long.BYTES, headerLength, StandardCharsets.UTF_8);
    JsonObject entries = JsonParser.parseString(header).getAsJsonObject();
    entries.remove("__metadata__");
    Map<String, NDArray> tensors = new TreeMap<>();
    for (String name : entries.keySet()) {
      JsonObject entry = entries.getAsJsonObject(name);
      var offsets = entry.getAsJsonArray("data_offsets");
      int begin = offsets.get(0).getAsInt();
      ByteBuffer data =
          file.slice(Long.BYTES + headerLength + begin, offsets.get(1).getAsInt() - begin)
              .order(ByteOrder.LITTLE_ENDIAN);
      long[] shape =
          entry.getAsJsonArray("shape").asList().stream().mapToLong(d -> d.getAsLong()).toArray();
      DataType type =
          entry.get("dtype").getAsString().equals("U8") ? DataType.UINT8 : DataType.FLOAT32;
      tensors.put(name, manager.create(data, new Shape(shape), type));
    }
    return tensors;
  }
}
