package org.mae4j.models;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mae4j.models.weights.Weights;
import org.mae4j.models.weights.Weights.LoadReport;

/**
 * Why weights do not fit a model, in words, with what can be done about it.
 *
 * @param expected the model's tensors
 * @param found those of the weights
 * @param report the differences
 * @param origin where the weights are from
 */
record Misfit(
    Map<String, Shape> expected, Map<String, Shape> found, LoadReport report, String origin) {

  private static final String PROJECTION = "patch_embed.proj.weight";
  private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d{1,9})\\.norm1\\.weight");
  private static final Pattern ENCODER =
      Pattern.compile("(blocks|patch_embed)\\..*|cls_token|pos_embed.*", Pattern.DOTALL);
  private static final Pattern DECODER = Pattern.compile("decoder_.*|mask_token", Pattern.DOTALL);
  private static final Pattern NUMBERED =
      Pattern.compile("(.*?)(?<![^.])\\d+\\..*", Pattern.DOTALL);
  private static final Pattern SHARD =
      Pattern.compile(".*?([^/\\\\]*)-0*(\\d+)-of-0*(\\d+)(\\.\\w+)", Pattern.DOTALL);

  /** Names by which the layouts of others are known. */
  private static final Map<Pattern, String> LAYOUTS =
      Map.of(
          Pattern.compile("(.*\\.)?encoder\\.layers?\\.\\d+\\..*", Pattern.DOTALL),
          "of Hugging Face's transformers or of torchvision",
          Pattern.compile("(.*\\.)?attn\\.q_bias", Pattern.DOTALL),
          "of the VideoMAE repository, whose model is another");

  static Misfit of(Map<String, Shape> expected, Weights weights) {
    Map<String, Shape> found = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> found.put(name, tensor.shape()));
    return new Misfit(expected, found, LoadReport.of(expected, weights), weights.origin());
  }

  /** One line. */
  @Override
  public String toString() {
    if (lacksOnly(Misfit::isOfDecoder) && !hasAny(DECODER)) {
      return "has no decoder, so it can reconstruct nothing: " + report;
    }
    if (lacksOnly(name -> name.startsWith("fc_norm."))) {
      return "has no norm of mean-pooled images, as no masked autoencoder has; use another Pooling:"
          + " "
          + report;
    }
    return "does not fit: " + differences();
  }

  /** What lacks and what is of another shape, and what may be behind it. */
  String differences() {
    return report + hint();
  }

  /**
   * Whether tensors lack, or are more than the model's: further blocks are as much another model's
   * as missing ones.
   */
  boolean isOne() {
    return !report.isComplete() || hasSurplus();
  }

  boolean hasSurplus() {
    if (!isOfTransformer()) {
      Set<Optional<String>> counted =
          expected.keySet().stream().map(Misfit::series).collect(Collectors.toSet());
      return report.unexpected().stream()
          .map(Misfit::series)
          .anyMatch(series -> series.isPresent() && counted.contains(series));
    }
    boolean decodes = expected.containsKey("mask_token");
    return report.unexpected().stream()
        .anyMatch(name -> isOfEncoder(name) || (decodes && isOfDecoder(name)));
  }

  /** Whether the model is of this library; only of such ones it is known how they may differ. */
  private boolean isOfTransformer() {
    return expected.containsKey(PROJECTION);
  }

  /** What counts the parts that a tensor is of: {@code blocks.} of {@code blocks.11.norm.bias}. */
  private static Optional<String> series(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    return numbered.matches() ? Optional.of(numbered.group(1)) : Optional.empty();
  }

  /** Whether a tensor is of an encoder, but for its norm and what is behind that. */
  static boolean isOfEncoder(String name) {
    return ENCODER.matcher(name).matches();
  }

  static boolean isOfDecoder(String name) {
    return DECODER.matcher(name).matches();
  }

  private boolean lacksOnly(Predicate<String> names) {
    return report.mismatched().isEmpty()
        && !hasSurplus()
        && report.missing().stream().allMatch(names);
  }

  private boolean hasAny(Pattern names) {
    return found.keySet().stream().anyMatch(names.asMatchPredicate());
  }

  private String hint() {
    Matcher shard = SHARD.matcher(origin);
    if (shard.matches() && !shard.group(3).equals("1")) {
      return String.join(
          "",
          "; this is part " + shard.group(2) + " of " + shard.group(3) + ": give the index, ",
          shard.group(1) + shard.group(4) + ".index.json");
    }
    if (!isOfTransformer()) {
      return hasSurplus() ? "; there are more of what the model counts" : "";
    }
    if (!found.containsKey(PROJECTION)) {
      return "; there is no " + PROJECTION + layout();
    }
    String there = geometry(found);
    String asked = geometry(expected);
    if (!there.equals(asked)) {
      return "; the file's encoder has " + there + "; asked for are " + asked + conversion();
    }
    if (hasSurplus()) {
      return "; the file has more of what such a model is made of: it is another geometry's";
    }
    if (differing().allMatch(name -> name.startsWith("head."))) {
      return "; the head is for another number of classes, or there is none";
    }
    if (differing().allMatch(name -> name.startsWith("decoder_pred."))) {
      return "; the file's decoder predicts something else";
    }
    return differing().allMatch(name -> name.contains("pos_embed"))
        ? "; its positions are of another grid or kind: WeightConversions.resizePositions stretches"
            + " them to another"
        : "";
  }

  private Stream<String> differing() {
    return Stream.concat(report.missing().stream(), report.mismatched().keySet().stream());
  }

  private String layout() {
    return LAYOUTS.entrySet().stream()
        .filter(layout -> hasAny(layout.getKey()))
        .findFirst()
        .map(layout -> "; the names are those " + layout.getValue() + ", which are not read")
        .orElse("");
  }

  private static String geometry(Map<String, Shape> tensors) {
    Shape projection = tensors.get(PROJECTION);
    long blocks =
        1
            + tensors.keySet().stream()
                .map(BLOCK::matcher)
                .filter(Matcher::matches)
                .mapToLong(block -> Long.parseLong(block.group(1)))
                .max()
                .orElse(-1);
    List<String> patch =
        Arrays.stream(projection.getShape()).skip(2).mapToObj(String::valueOf).toList();
    return blocks
        + (blocks == 1 ? " block" : " blocks")
        + " of width "
        + (projection.dimension() == 0 ? "unknown" : projection.get(0))
        + ", patches of "
        + String.join("x", patch)
        + (isFused(tensors) ? ", q, k and v in one" : ", q, k and v apart");
  }

  private static boolean isFused(Map<String, Shape> tensors) {
    return tensors.keySet().stream().anyMatch(name -> name.contains(".attn.qkv."));
  }

  private String conversion() {
    int more = expected.get(PROJECTION).dimension() - found.get(PROJECTION).dimension();
    if (more == 1) {
      return " (WeightConversions.inflate makes a video model's weights of an image model's)";
    }
    if (isFused(expected) == isFused(found)) {
      return "";
    }
    return isFused(found)
        ? " (WeightConversions.splitQkv cuts them apart)"
        : " (WeightConversions.fuseQkv puts them together)";
  }
}
