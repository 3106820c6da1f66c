package org.mae4j.data.dataset;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Optional;

/**
 * The first line of a list that {@link Manifest} wrote.
 *
 * @param name of the dataset
 * @param classes the C class names
 * @param sha256 of the dataset's list
 */
record ManifestHeader(String name, List<String> classes, String sha256) {

  /** The key that tells this line from others; its value is the version of the format. */
  private static final String MARK = "mae4j-manifest";

  private static final int VERSION = 1;
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  static ManifestHeader of(ClipDataset dataset) {
    return new ManifestHeader(dataset.name(), dataset.classes(), dataset.listHash());
  }

  /** One line of JSON. */
  String toJson() {
    JsonObject json = new JsonObject();
    json.addProperty(MARK, VERSION);
    json.addProperty("name", name);
    json.add("classes", GSON.toJsonTree(classes));
    json.addProperty("sha256", sha256);
    return GSON.toJson(json);
  }

  /**
   * Parses one line.
   *
   * @return empty if it is something else
   * @throws JsonParseException if it is such a line, but not as it should be
   */
  static Optional<ManifestHeader> parse(String line) {
    if (!line.startsWith("{\"" + MARK + "\"")) {
      return Optional.empty();
    }
    JsonObject json = JsonParser.parseString(line).getAsJsonObject();
    if (json.get(MARK).getAsInt() != VERSION) {
      throw new JsonParseException(
          "version " + json.get(MARK) + " of the format, but only " + VERSION + " is known");
    }
    for (String key : List.of("name", "classes", "sha256")) {
      if (!json.has(key)) {
        throw new JsonParseException("no " + key);
      }
    }
    List<String> classes =
        json.getAsJsonArray("classes").asList().stream().map(JsonElement::getAsString).toList();
    return Optional.of(
        new ManifestHeader(
            json.get("name").getAsString(), classes, json.get("sha256").getAsString()));
  }
}
