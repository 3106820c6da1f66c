package org.mae4j.train.internal;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.mae4j.api.ClipInput;
import org.mae4j.models.ModelConfig;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.TrainingRecipe;

/**
 * What hubs of models show of one: front matter in YAML, then Markdown. It says what is known and
 * nothing else; what is not known is left out.
 *
 * @param file the model's
 * @param config its geometry
 * @param input how it looks at a video
 * @param parameters how many numbers its weights are
 * @param training how it came about, if it was trained here
 * @param facts more that is known, by name; {@code license} is the one that hubs read
 */
public record ModelCard(
    Path file,
    ModelConfig<?> config,
    ClipInput input,
    long parameters,
    Optional<Training> training,
    Map<String, String> facts) {

  private static final String LICENSE = "license";

  /** Metrics that are known by another name to hubs, which call both an accuracy. */
  private static final Map<String, String> ACCURACIES =
      Map.of("top1", "top-1 accuracy", "top5", "top-5 accuracy");

  private static final Map<String, String> LOADING =
      Map.of(
          "video_mae", "VideoMae model = Models.loadVideoMae(%s, manager)",
          "image_mae", "ImageMae model = Models.loadImageMae(%s, manager)",
          "classifier", "VitClassifier model = Models.loadClassifier(%s, manager)");

  public ModelCard {
    facts = new LinkedHashMap<>(facts);
  }

  /**
   * How a model came about.
   *
   * @param recipe what it was trained by
   * @param seed the run's
   * @param steps that were made
   * @param updates of the weights: steps less those left out
   * @param validations what was found on the way
   * @param judgedStep the step of the validation that counts, if there was one
   * @param data what is known of the videos, by name
   */
  public record Training(
      TrainingRecipe<?> recipe,
      long seed,
      long steps,
      long updates,
      List<ValidationMetrics> validations,
      OptionalLong judgedStep,
      Map<String, String> data) {}

  /** The whole card. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("---\n").append(frontMatter()).append("---\n\n");
    text.append("# ").append(CardText.markdown(title())).append("\n\n");
    text.append(kindInWords()).append(" of ").append(clips()).append(", made with MAE4J");
    text.append(", a Java library of masked autoencoders for video.\n\n");
    text.append("## Use\n\n").append(use());
    training.ifPresent(run -> text.append("## Training\n\n").append(training(run)));
    Map<String, String> more = furtherFacts();
    if (!more.isEmpty()) {
      text.append("## Provenance\n\n").append(CardText.table("fact", "value", more));
    }
    judged().ifPresent(found -> text.append("## Evaluation\n\n").append(evaluation(found)));
    text.append("## Limits\n\n").append(limits());
    text.append("## Geometry\n\n").append(json(config.toJson()));
    training.ifPresent(run -> text.append("## Recipe\n\n").append(json(run.recipe().toJson())));
    return text.toString();
  }

  private String frontMatter() {
    StringBuilder yaml = new StringBuilder();
    yaml.append("library_name: ").append(CardText.yaml("mae4j")).append('\n');
    yaml.append("pipeline_tag: ").append(CardText.yaml(task())).append('\n');
    List<String> tags = new ArrayList<>(List.of("mae4j", isImage() ? "image" : "video"));
    tags.add(config.kind().replace('_', '-'));
    if (!isClassifier()) {
      tags.add("self-supervised-learning");
    }
    yaml.append("tags: ").append(CardText.yaml(tags)).append('\n');
    if (facts.containsKey(LICENSE)) {
      yaml.append("license: ").append(CardText.yaml(facts.get(LICENSE))).append('\n');
    }
    Map<String, Double> accuracies = new TreeMap<>();
    ofTheseWeights()
        .ifPresent(
            found ->
                found
                    .values()
                    .forEach(
                        (name, value) -> {
                          if (ACCURACIES.containsKey(name) && Double.isFinite(value)) {
                            accuracies.put(ACCURACIES.get(name), value);
                          }
                        }));
    if (!accuracies.isEmpty()) {
      yaml.append("metrics: [\"accuracy\"]\n");
      yaml.append("model-index:\n- name: ").append(CardText.yaml(title())).append('\n');
      yaml.append("  results:\n  - task:\n      type: ").append(CardText.yaml(task()));
      yaml.append("\n    dataset:\n      name: ");
      yaml.append(CardText.yaml(facts.getOrDefault("data", "validation clips")));
      yaml.append("\n      type: \"local\"\n      split: \"validation\"\n    metrics:\n");
      accuracies.forEach(
          (name, value) ->
              yaml.append("    - type: \"accuracy\"\n      name: ")
                  .append(CardText.yaml(name))
                  .append("\n      value: ")
                  .append(String.format(Locale.ROOT, "%.4f", value))
                  .append('\n'));
    }
    return yaml.toString();
  }

  private boolean isImage() {
    return config.clip().frames() == 1;
  }

  private boolean isClassifier() {
    return config.kind().contains("classifier");
  }

  /** By the hubs' names. */
  private String task() {
    if (isClassifier()) {
      return isImage() ? "image-classification" : "video-classification";
    }
    return isImage() ? "image-feature-extraction" : "feature-extraction";
  }

  private String title() {
    return training
        .map(run -> run.recipe().name())
        .orElseGet(() -> file.getFileName().toString().replaceFirst("\\.safetensors$", ""));
  }

  private String kindInWords() {
    return switch (config.kind()) {
      case "video_mae", "image_mae" -> "A masked autoencoder";
      case "classifier" -> "A classifier";
      default -> "A model of kind " + CardText.markdown(config.kind());
    };
  }

  private String clips() {
    return isImage()
        ? String.format(
            Locale.ROOT, "images of %dx%d pixels", config.clip().height(), config.clip().width())
        : String.format(
            Locale.ROOT,
            "video clips of %d frames of %dx%d pixels",
            config.clip().frames(),
            config.clip().height(),
            config.clip().width());
  }

  private String use() {
    String name = file.getFileName().toString();
    String path = "Path.of(" + CardText.yaml(name) + ")";
    String loading = LOADING.get(config.kind());
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("file", name);
    rows.put("input", input.toString());
    rows.put("parameters", String.format(Locale.ROOT, "%,d", parameters));
    String code =
        loading == null
            ? "try (NDManager manager = TorchEngine.newManager();\n"
                + "    Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open()) {\n"
                + "  var model = Models.load("
                + config.getClass().getSimpleName()
                + ".class, "
                + path
                + ", kernels, manager);\n}\n"
            : "try (NDManager manager = TorchEngine.newManager();\n    "
                + String.format(Locale.ROOT, loading, path)
                + ") {\n  ClipInput input = model.input(); // how its clips are to be read\n}\n";
    return "```java\n" + code + "```\n\n" + CardText.table("what", "value", rows);
  }

  private static String training(Training run) {
    TrainingRecipe<?> recipe = run.recipe();
    int clips = recipe.clipsPerStep();
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("kind", recipe.kind());
    rows.put("recipe", recipe.name());
    rows.put("numbers from", recipe.origin().source());
    rows.put("seed", Long.toString(run.seed()));
    rows.put(
        "steps",
        run.steps() == run.updates()
            ? Long.toString(run.steps())
            : run.steps() + ", " + (run.steps() - run.updates()) + " of them left out");
    rows.put("clips a step", Integer.toString(clips));
    rows.put("clips in all", String.format(Locale.ROOT, "%,d", run.updates() * clips));
    rows.put("learning rate", recipe.learningRate().toString());
    recipe.emaDecay().ifPresent(decay -> rows.put("weights", "moving average, decay " + decay));
    rows.putAll(run.data());
    return CardText.table("what", "value", rows);
  }

  private Map<String, String> furtherFacts() {
    Map<String, String> more = new LinkedHashMap<>(facts);
    if (training.isPresent()) {
      more.remove("recipe");
      more.remove("seed");
    }
    more.values().removeIf(String::isBlank);
    return more;
  }

  private Optional<ValidationMetrics> judged() {
    return training.flatMap(
        run ->
            run.validations().stream()
                .filter(found -> run.judgedStep().equals(OptionalLong.of(found.step())))
                .reduce((first, second) -> second));
  }

  private Optional<ValidationMetrics> ofTheseWeights() {
    return judged().filter(found -> found.step() == training.orElseThrow().steps());
  }

  private String evaluation(ValidationMetrics found) {
    Map<String, String> rows = new LinkedHashMap<>();
    new TreeMap<>(found.values())
        .forEach(
            (name, value) ->
                rows.put(
                    ACCURACIES.getOrDefault(name, name),
                    ACCURACIES.containsKey(name)
                        ? String.format(Locale.ROOT, "%.1f %%", 100 * value)
                        : String.format(Locale.ROOT, "%.4f", value)));
    return "On the validation clips, after step "
        + found.step()
        + (ofTheseWeights().isPresent() ? "" : ", which is not the last one")
        + ".\n\n"
        + CardText.table("metric", "value", rows);
  }

  private String limits() {
    StringBuilder text = new StringBuilder();
    text.append("- It takes ")
        .append(clips())
        .append(", read as said under Use, and nothing else.\n");
    text.append(
        judged().isPresent()
            ? "- The numbers under Evaluation are those of clips that training chose by, where it"
                + " chose; other videos may be harder.\n"
            : "- This card knows of no evaluation: how good the model is, it does not say.\n");
    if (!facts.containsKey(LICENSE)) {
      text.append("- Under which licence the weights may be used is not stated here.\n");
    }
    return text.append('\n').toString();
  }

  private static String json(String line) {
    return "```json\n"
        + new GsonBuilder().setPrettyPrinting().create().toJson(JsonParser.parseString(line))
        + "\n```\n\n";
  }
}
