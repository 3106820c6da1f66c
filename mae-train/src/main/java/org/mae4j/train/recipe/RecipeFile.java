package org.mae4j.train.recipe;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.api.internal.WholeFile;

/**
 * Recipes in files that people write: whole, or as what differs from a recipe of the library.
 *
 * @param type the recipes'
 * @param kind names them in messages
 * @param known recipes of the library, by name
 * @param edit a recipe with other values of fields, as JSON
 * @param derivation makes a recipe that says what it changes
 */
record RecipeFile<R extends Record & TrainingRecipe<?>>(
    Class<R> type,
    String kind,
    Map<String, R> known,
    BiFunction<R, JsonObject, R> edit,
    Derivation<R> derivation) {

  /** For editors; of no meaning here. */
  private static final String SCHEMA = "$schema";

  private static final String BASE = "base";
  private static final String NAME = "name";
  private static final String ORIGIN = "origin";
  private static final String CHANGES = "changes";
  private static final String ENDING = ".json";

  private static final Gson PRETTY = new GsonBuilder().setPrettyPrinting().create();

  /** Bytes; more than any recipe has. */
  private static final int LARGEST = 4 << 20;

  /** A recipe after another one, which says what it changes. */
  @FunctionalInterface
  interface Derivation<R> {

    R derive(R base, String name, Origin note, UnaryOperator<R> change);
  }

  /** Constants of a class by their names, as {@link #named} takes them, in order. */
  static <R> Map<String, R> constants(Class<?> library, Class<R> type) {
    Map<String, R> constants = new LinkedHashMap<>();
    for (Field field : library.getFields()) {
      if (field.getType() == type) {
        try {
          constants.put(plain(field.getName()), type.cast(field.get(null)));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(field + " cannot be read", e);
        }
      }
    }
    return Collections.unmodifiableMap(constants);
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceAll("[_ ]", "-");
  }

  /** The recipe of the library that has this name, or whose constant has it. */
  R named(String name) {
    String wanted = plain(name);
    R found = known.get(wanted);
    return found != null
        ? found
        : known.values().stream()
            .filter(recipe -> plain(recipe.name()).equals(wanted))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no "
                            + kind
                            + " recipe \""
                            + Text.shown(name)
                            + "\"; there are "
                            + String.join(", ", known.keySet())));
  }

  R read(Path file) {
    try {
      JsonElement json = StrictJson.parse(text(file));
      Checks.require(json instanceof JsonObject, "it is no JSON object");
      JsonObject object = json.getAsJsonObject();
      object.remove(SCHEMA);
      return object.has(BASE)
          ? derived(object, file.getFileName().toString())
          : RecordReader.read(object, type, Map.of());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          file + ": not a " + kind + " recipe: " + Text.message(e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("the recipe " + file + " cannot be read: " + e, e);
    }
  }

  private static String text(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LARGEST + 1);
      Checks.require(bytes.length <= LARGEST, "it has more than %s bytes", LARGEST);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is no text in UTF-8", e);
    }
  }

  private R derived(JsonObject changes, String file) {
    R base = named(text(BASE, changes.remove(BASE)));
    String name =
        changes.has(NAME)
            ? text(NAME, changes.remove(NAME))
            : file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : file;
    Origin note = note(changes.remove(ORIGIN), file);
    return derivation.derive(base, name, note, recipe -> edit.apply(recipe, changes));
  }

  private static String text(String name, JsonElement json) {
    return RecordReader.read(name, json, String.class);
  }

  /** Where the changes are from; what they are is found out. */
  private static Origin note(JsonElement given, String file) {
    JsonObject note = RecipeJson.tree(Origin.of(file));
    if (given != null) {
      JsonObject said = RecordReader.read(ORIGIN, given, JsonObject.class);
      Checks.require(!said.has(CHANGES), "origin.changes is found out, and not said");
      FieldEdits.merge(ORIGIN, note, Origin.class, said);
    }
    return RecordReader.read(ORIGIN, note, Origin.class);
  }

  void write(R recipe, Path file) {
    if (Files.exists(file)) {
      requireRecipe(file);
    }
    try {
      WholeFile.write(file, PRETTY.toJson(RecipeJson.tree(recipe)) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("the recipe " + file + " cannot be written: " + e, e);
    }
  }

  /** Whoever mistypes a name is not to lose what has it. */
  private void requireRecipe(Path file) {
    try {
      read(file);
    } catch (IllegalArgumentException e) {
      if (isOfForeignParts(file)) {
        return;
      }
      throw new IllegalArgumentException(
          file + " is there, is no " + kind + " recipe, and is not overwritten", e);
    }
  }

  /** Whether it is a recipe but for a model or an optimizer of somebody's own. */
  private boolean isOfForeignParts(Path file) {
    try {
      String json = text(file);
      return RecipeDifference.hasForeignPart(json)
          && StrictJson.parse(json) instanceof JsonObject object
          && FieldTypes.names(type).containsAll(object.keySet());
    } catch (IllegalArgumentException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("the recipe " + file + " cannot be read: " + e, e);
    }
  }
}
