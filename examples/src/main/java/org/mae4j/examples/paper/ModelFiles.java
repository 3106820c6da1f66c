package org.mae4j.examples.paper;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mae4j.examples.support.FileHash;
import org.mae4j.train.recipe.TrainingRecipe;

/** Where models are: in a folder of their own each, named by a key of all that decides them. */
final class ModelFiles {

  /** Goes up when the same recipe, data and seed begin to give another model. */
  private static final int VERSION = 1;

  private final Path folder;
  private final String machine;
  private final Map<Path, String> publishedHashes = new ConcurrentHashMap<>();

  /**
   * Files in a folder.
   *
   * @param threads of a model on the CPU, which decide its rounding
   */
  ModelFiles(Path folder, boolean gpu, int threads) {
    this.folder = folder;
    this.machine = gpu ? "on a GPU" : "threads " + threads;
  }

  /** Where a model is, or will be once it is trained; its folder is made if missing. */
  Path of(ModelKey model) {
    Optional<Pretraining.Published> published = model.pretraining().published();
    if (published.isPresent() && model.task().isEmpty()) {
      return published.get().file();
    }
    return published
        .map(files -> files.finetuned().get(model.task().orElseThrow().name()))
        .orElseGet(() -> own(model));
  }

  private Path own(ModelKey model) {
    String kind = model.task().isPresent() ? "finetuned" : "pretrained";
    String hash = Hashing.sha256().hashString(key(model), StandardCharsets.UTF_8).toString();
    String readable = model.toString().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    Path directory = folder.resolve(kind).resolve(readable + "-" + hash.substring(0, 12));
    try {
      return Files.createDirectories(directory).resolve("model.safetensors");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + directory + ": " + e, e);
    }
  }

  /** All that decides what its weights are. */
  private String key(ModelKey model) {
    Pretraining pretraining = model.pretraining();
    List<String> parts = new ArrayList<>();
    parts.add("version " + VERSION + ", seed " + model.seed() + ", " + machine);
    parts.add(pretraining.recipe().map(ModelFiles::numbers).orElse("none"));
    pretraining.masking().ifPresent(masking -> parts.add("masking " + masking));
    parts.add(
        pretraining
            .published()
            .map(files -> hash(files.file()))
            .or(() -> pretraining.corpus().map(Corpus::hash))
            .orElse("none"));
    if (model.task().isPresent()) {
      parts.add(numbers(model.finetuning()));
      parts.add(model.task().get().hash());
    }
    return String.join("\n", parts);
  }

  /** Of what a published file holds, wherever it lies. */
  private String hash(Path published) {
    return publishedHashes.computeIfAbsent(published, FileHash::sha256);
  }

  /** A recipe without what it says for readers. */
  private static String numbers(TrainingRecipe<?> recipe) {
    JsonObject fields = JsonParser.parseString(recipe.toJson()).getAsJsonObject();
    fields.remove("origin");
    return fields.toString();
  }
}
