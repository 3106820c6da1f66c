package org.mae4j.data.ffmpeg;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads golden values among the test resources. */
final class GoldenTensors {

  private GoldenTensors() {}

  static JsonObject json(String resource) throws IOException {
    return JsonParser.parseString(new String(bytes(resource), StandardCharsets.UTF_8))
        .getAsJsonObject();
  }

  /** The float32 tensors of a safetensors file, flat. */
  static Map<String, float[]> read(String resource) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(bytes(resource + ".safetensors")).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(file.getLong())];
    file.get(header);
    ByteBuffer data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    JsonObject entries =
        JsonParser.parseString(new String(header, StandardCharsets.UTF_8)).getAsJsonObject();
    for (String name : entries.keySet()) {
      if (!name.equals("__metadata__")) {
        var offsets = entries.getAsJsonObject(name).getAsJsonArray("data_offsets");
        int from = offsets.get(0).getAsInt();
        float[] values = new float[(offsets.get(1).getAsInt() - from) / Float.BYTES];
        data.position(from).order(ByteOrder.LITTLE_ENDIAN);
        data.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        tensors.put(name, values);
      }
    }
    return tensors;
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = GoldenTensors.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }
}
