package org.mae4j.data;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.mae4j.models.weights.Safetensors;

/** Values that the paper's code computed, among the test resources. */
public final class Goldens {

  private Goldens() {}

  public static JsonElement json(String file) throws IOException {
    return JsonParser.parseString(Files.readString(path(file)));
  }

  public static Safetensors tensors(String file) {
    return Safetensors.open(path(file));
  }

  public static Path path(String file) {
    try {
      return Path.of(Objects.requireNonNull(Goldens.class.getResource("/goldens/" + file)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
