package org.mae4j.models.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.mae4j.api.internal.Text;

/**
 * Weights in several files beside an index that says which tensor is in which, as Hugging Face's
 * libraries write them: {@code model.safetensors.index.json}.
 */
final class ShardedFile implements WeightFile {

  private static final List<String> NAMES =
      List.of(
          "model.safetensors.index.json",
          "model.safetensors",
          "pytorch_model.bin.index.json",
          "pytorch_model.bin");

  private final Path index;
  private final Map<String, WeightFile> shards = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private ShardedFile(Path index) {
    this.index = index;
  }

  /** The weights in a folder, whole or in parts, by the names that libraries give them. */
  static Path inFolder(Path folder) {
    return NAMES.stream()
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new WeightFileException(
                    folder, "is a folder without any of " + NAMES + ": name the file"));
  }

  /** Whether a file is to be read as an index: nothing else has such a name. */
  static boolean isIndex(Path file) {
    return file.toString().endsWith(".index.json");
  }

  /**
   * Reads an index, and the tables of contents of the files that it names.
   *
   * @param reader reads one of them
   * @throws WeightFileException if the index is damaged, names a file outside of its folder or one
   *     that is absent, or a tensor is not where it says
   */
  static ShardedFile open(Path index, Function<Path, WeightFile> reader) {
    ShardedFile sharded = new ShardedFile(index);
    Map<String, WeightFile> opened = new LinkedHashMap<>();
    weightMap(index)
        .forEach(
            (tensor, name) -> {
              WeightFile shard =
                  opened.computeIfAbsent(name, n -> reader.apply(sharded.shard(n, tensor)));
              TensorInfo info = shard.tensors().get(tensor);
              if (info == null) {
                throw sharded.refused(
                    "says that tensor "
                        + Text.shown(tensor)
                        + " is in "
                        + Text.shown(name)
                        + ", which does not have it");
              }
              sharded.shards.put(tensor, shard);
              sharded.tensors.put(tensor, info);
            });
    opened.values().forEach(shard -> shard.metadata().forEach(sharded.metadata::putIfAbsent));
    return sharded;
  }

  private Path shard(String name, String tensor) {
    Path folder = index.toAbsolutePath().getParent();
    Path shard;
    try {
      shard = folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw refused("names a file " + Text.shown(name) + ", which can be none");
    }
    if (!shard.startsWith(folder.normalize()) || shard.equals(index.toAbsolutePath().normalize())) {
      throw refused("names a file that is not beside it, " + Text.shown(name));
    }
    if (!Files.exists(shard)) {
      throw refused(
          "names "
              + Text.shown(name)
              + " for tensor "
              + Text.shown(tensor)
              + ", which is not there: all parts are needed");
    }
    return shard;
  }

  /** The files by the tensors that they are to have. */
  private static Map<String, String> weightMap(Path index) {
    SteadyFile file = SteadyFile.of(index);
    byte[] text =
        file.read(
            channel -> {
              SteadyFile.requireTable(file.size());
              return SteadyFile.bytes(channel, 0, (int) file.size()).array();
            });
    Map<String, String> files = new LinkedHashMap<>();
    try (JsonReader json = new JsonReader(new StringReader(new String(text, UTF_8)))) {
      json.setStrictness(Strictness.STRICT);
      json.beginObject();
      while (json.hasNext()) {
        if (!json.nextName().equals("weight_map")) {
          json.skipValue();
          continue;
        }
        json.beginObject();
        while (json.hasNext()) {
          String tensor = json.nextName();
          if (files.put(tensor, json.nextString()) != null) {
            throw new IOException("it has two entries " + Text.shown(tensor));
          }
        }
        json.endObject();
      }
      json.endObject();
    } catch (IOException | IllegalStateException e) {
      throw new WeightFileException(
          index,
          FileKind.foreign(text, file.size()).orElse("is no index") + " (" + e.getMessage() + ")",
          e);
    }
    if (files.isEmpty()) {
      throw new WeightFileException(index, "is no index of weights: it has no \"weight_map\"");
    }
    return files;
  }

  private WeightFileException refused(String reason) {
    return new WeightFileException(index, reason);
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public void copy(String name, ByteBuffer into) {
    WeightFile shard = shards.get(name);
    if (shard == null) {
      throw refused("has no tensor " + Text.shown(name));
    }
    shard.copy(name, into);
  }
}
