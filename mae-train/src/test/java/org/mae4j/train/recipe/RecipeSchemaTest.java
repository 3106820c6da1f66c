package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.GsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.FeatureNorm;
import org.mae4j.train.optim.ParameterGroup;

/** The schemas in docs, held to the records, and the reader, held to the schemas. */
class RecipeSchemaTest {

  private static final Gson PRETTY =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final Map<String, JsonObject> SCHEMAS = new LinkedHashMap<>();
  private static final Map<String, URI> URIS = new LinkedHashMap<>();
  private static final Validator VALIDATOR =
      new ValidatorFactory().withJsonNodeFactory(new GsonNode.Factory()).createValidator();

  private static SourceDocs sources;

  @TempDir private Path folder;

  @BeforeAll
  static void makeSchemas() {
    Optional<SourceDocs> found = SourceDocs.find();
    assumeTrue(found.isPresent(), "the sources are not above the working directory");
    sources = found.get();
    SCHEMAS.put(
        PretrainingRecipe.KIND,
        RecipeSchema.of(
            PretrainingRecipe.class,
            PretrainingRecipe.KIND,
            PretrainingRecipes.all().keySet(),
            sources));
    SCHEMAS.put(
        FinetuningRecipe.KIND,
        RecipeSchema.of(
            FinetuningRecipe.class,
            FinetuningRecipe.KIND,
            FinetuningRecipes.all().keySet(),
            sources));
    SCHEMAS.forEach((kind, schema) -> URIS.put(kind, VALIDATOR.registerSchema(schema)));
  }

  @ParameterizedTest
  @ValueSource(strings = {PretrainingRecipe.KIND, FinetuningRecipe.KIND})
  void thePageIsTheSchemaOfTheRecords(String kind) throws IOException {
    Path page = sources.docs().resolve(kind + "-recipe.schema.json");
    String schema = PRETTY.toJson(SCHEMAS.get(kind)) + "\n";
    Path made = Files.createDirectories(Path.of("target")).resolve(page.getFileName());
    Files.writeString(made, schema);

    assertThat(page).as("copy %s there", made.toAbsolutePath()).exists().hasContent(schema);
  }

  static Stream<TrainingRecipe<?>> recipes() {
    return Stream.of(PretrainingRecipes.all(), FinetuningRecipes.all())
        .flatMap(all -> all.values().stream());
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeOfTheLibraryIsValid(TrainingRecipe<?> recipe) {
    assertThat(errors(recipe.kind(), RecipeJson.tree(recipe))).isEmpty();
  }

  private static List<String> errors(String kind, JsonElement recipe) {
    return VALIDATOR.validate(URIS.get(kind), recipe).getErrors().stream()
        .map(error -> error.getInstanceLocation() + " " + error.getError())
        .toList();
  }

  /** Recipes in which every field has a value. */
  static Stream<TrainingRecipe<?>> fullRecipes() {
    ParameterGroup group = ParameterGroup.of("*").withWeightDecay(0.1);
    PretrainingRecipe video = PretrainingRecipes.TOY.withGroups(List.of(group)).withEmaDecay(0.9);
    return Stream.of(
        video,
        PretrainingRecipes.TOY_IMAGE.with("optimizer.kind", "lamb"),
        FinetuningRecipes.TOY
            .withModel(
                FinetuningRecipes.TOY
                    .vitModel()
                    .withClassNames(List.of("a", "b"))
                    .withFeatureNorm(FeatureNorm.MAE))
            .withGroups(List.of(group))
            .withEmaDecay(0.9));
  }

  @ParameterizedTest
  @MethodSource("fullRecipes")
  void schemaAndReaderRefuseTheSame(TrainingRecipe<?> recipe) {
    JsonObject whole = RecipeJson.tree(recipe);
    Class<? extends Record> type = recipe.getClass().asSubclass(Record.class);
    List<String> stricter = new ArrayList<>();
    List<String> laxer = new ArrayList<>();
    int changes = 0;
    for (Change change : changes(whole)) {
      change.apply();
      boolean valid = errors(recipe.kind(), whole).isEmpty();
      boolean read = isRead(whole, type);
      change.undo();
      changes++;
      if (read && !valid) {
        stricter.add(change.name);
      } else if (valid && !read && !change.isOfSeveral()) {
        laxer.add(change.name);
      }
    }
    assertThat(changes).isGreaterThan(500);
    assertThat(stricter).as("read, but not valid").isEmpty();
    assertThat(laxer).as("valid, but not read").isEmpty();
  }

  private static boolean isRead(JsonElement json, Class<? extends Record> type) {
    try {
      RecordReader.read(json, type, Map.of());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** What can be wrong with one field. */
  private static List<Change> changes(JsonElement json) {
    List<Change> changes = new ArrayList<>();
    addChanges("", json, changes);
    return changes;
  }

  private static void addChanges(String name, JsonElement json, List<Change> changes) {
    if (json instanceof JsonObject object) {
      changes.add(
          new Change(
              name + ".other", () -> object.addProperty("other", 1), () -> object.remove("other")));
      for (String field : List.copyOf(object.keySet())) {
        JsonElement value = object.get(field);
        String inner = FieldTypes.inside(name, field);
        changes.add(
            new Change(
                inner + " gone", () -> object.remove(field), () -> object.add(field, value)));
        addValues(inner, value, other -> object.add(field, other), changes);
        addChanges(inner, value, changes);
      }
    } else if (json instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        int place = i;
        JsonElement value = array.get(i);
        String inner = FieldTypes.inside(name, Integer.toString(i));
        addValues(inner, value, other -> array.set(place, other), changes);
        addChanges(inner, value, changes);
      }
    }
  }

  private static void addValues(
      String name, JsonElement value, Consumer<JsonElement> set, List<Change> changes) {
    List<JsonElement> others =
        new ArrayList<>(
            List.of(
                JsonNull.INSTANCE,
                new JsonPrimitive("other"),
                new JsonPrimitive("Infinity"),
                new JsonPrimitive(true),
                new JsonArray(),
                new JsonObject()));
    for (double number : new double[] {-1, -1e-9, 0, 1, 2, 1.5, 3e9}) {
      others.add(new JsonPrimitive(number));
    }
    for (JsonElement other : others) {
      changes.add(
          new Change(name + " = " + other, () -> set.accept(other), () -> set.accept(value)));
    }
  }

  private record Change(String name, Runnable change, Runnable back) {

    /** What is refused since it does not fit another field; a schema sees one at a time. */
    private static final Set<String> OF_SEVERAL = Set.of("model.classes = 0.0");

    void apply() {
      change.run();
    }

    void undo() {
      back.run();
    }

    boolean isOfSeveral() {
      boolean inRange = name.endsWith("= 1.0") || name.endsWith("= 2.0") || name.endsWith("= 1.5");
      return inRange || name.endsWith("= 3.0E9") || OF_SEVERAL.contains(name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"base\":\"toy\"}",
        "{\"$schema\":\"pretraining-recipe.schema.json\",\"base\":\"toy\",\"name\":\"mine\",\"maskRatio\":0.5,"
            + "\"model\":{\"decoder\":{\"depth\":1}},\"steps\":9,\"learningRate\":{\"peak\":1e-3}}",
        "{\"base\":\"toy\",\"passes\":2.5,\"origin\":{\"source\":\"here\"},\"emaDecay\":null}",
        "{\"base\":\"toy\",\"optimizer\":{\"kind\":\"lamb\"}}",
        "{\"base\":\"toy\",\"groups\":[{\"names\":\"*\",\"learningRateScale\":1,\"frozenUpdates\":0}]}"
      })
  void aShortFileIsValidAndRead(String text) throws IOException {
    assertThat(errors(PretrainingRecipe.KIND, JsonParser.parseString(text))).isEmpty();
    assertThat(PretrainingRecipes.read(Files.writeString(folder.resolve("x.json"), text)))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"base\":3}",
        "{\"base\":\"toy\",\"mask\":1}",
        "{\"base\":\"toy\",\"maskRatio\":1}",
        "{\"base\":\"toy\",\"model\":{\"decoder\":{\"depth\":0}}}",
        "{\"base\":\"toy\",\"model\":{\"decoder\":{\"layers\":1}}}",
        "{\"base\":\"toy\",\"steps\":0}",
        "{\"base\":\"toy\",\"steps\":1,\"passes\":1}",
        "{\"base\":\"toy\",\"learningRate\":{\"peak\":0}}",
        "{\"base\":\"toy\",\"learningRate\":{\"phases\":[{\"to\":1}]}}",
        "{\"base\":\"toy\",\"origin\":{\"changes\":[]}}",
        "{\"base\":\"toy\",\"optimizer\":{\"kind\":\"sgd\"}}",
        "{\"base\":\"toy\",\"masking\":\"tube\"}",
        "{\"name\":\"mine\"}",
        "{}"
      })
  void aShortFileThatIsNotReadIsNotValid(String text) throws IOException {
    assertThat(errors(PretrainingRecipe.KIND, JsonParser.parseString(text))).isNotEmpty();
    Path file = Files.writeString(folder.resolve("x.json"), text);
    assertThat(isRefused(file)).isTrue();
  }

  private static boolean isRefused(Path file) {
    try {
      PretrainingRecipes.read(file);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PretrainingRecipe.KIND, FinetuningRecipe.KIND})
  void theSchemaIsOneItself(String kind) {
    URI meta = URI.create(SCHEMAS.get(kind).get("$schema").getAsString());
    assertThat(VALIDATOR.validate(meta, SCHEMAS.get(kind)).isValid()).isTrue();
    assertThat(VALIDATOR.validate(meta, JsonParser.parseString("{\"type\":3}")).isValid())
        .isFalse();
  }
}
