package org.mae4j.models.weights;

import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mae4j.api.internal.Text;

/**
 * The tensors of one model in a file, by the names that the model has: without what PyTorch's
 * wrappers put into names, and without what stands before all of them. Where nothing stands before
 * them the file's other tensors are there, too.
 */
final class PlacedFile implements WeightFile {

  /** What DDP, DeepSpeed, torch.compile, FSDP and activation checkpointing put into names. */
  private static final Set<String> WRAPPERS =
      Set.of("module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module");

  /** Dictionaries that tensors are taken out of though none is a vision transformer's. */
  private static final List<String> CONTAINERS = List.of("model.", "model_state.", "state_dict.");

  private static final Pattern DOT = Pattern.compile("\\.");
  private static final int SHOWN = 4;

  private final WeightFile whole;
  private final Map<String, String> namesInFile;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final String place;

  private PlacedFile(WeightFile whole, Map<String, String> namesInFile, String place) {
    this.whole = whole;
    this.namesInFile = namesInFile;
    this.place = place;
    namesInFile.forEach((name, inFile) -> tensors.put(name, whole.tensors().get(inFile)));
  }

  /** The vision transformer in a file, whatever its geometry. */
  static WeightFile ofAnyVit(WeightFile whole) {
    Map<String, String> unwrapped = unwrapped(whole);
    Optional<Placement> placement = Placement.ofAnyVit(shapes(whole, unwrapped));
    return of(
        whole,
        unwrapped,
        placement.map(Placement::prefix).orElseGet(() -> container(unwrapped.keySet())),
        placement.map(Placement::others).orElse(List.of()));
  }

  /**
   * The model in a file that has these tensors, or most of them.
   *
   * @throws WeightFileException if the file has all of them, but not under one prefix
   */
  static WeightFile fitting(WeightFile whole, Map<String, Shape> expected) {
    Map<String, String> unwrapped = unwrapped(whole);
    Placement placement =
        Placement.of(shapes(whole, unwrapped), expected)
            .orElseGet(() -> new Placement("", List.of(), List.of()));
    if (!placement.scattered().isEmpty()) {
      throw new WeightFileException(
          whole.path(),
          "has the model's tensors only under several prefixes together, "
              + quoted(placement.scattered())
              + ", which may be different models: save them under one");
    }
    return of(whole, unwrapped, placement.prefix(), placement.others());
  }

  /**
   * The tensors under a prefix.
   *
   * @throws WeightFileException if there are none
   */
  static WeightFile under(WeightFile whole, String prefix) {
    Map<String, String> unwrapped = unwrapped(whole);
    String bare = unwrapped(prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".");
    if (unwrapped.keySet().stream().noneMatch(name -> name.startsWith(bare))) {
      throw new WeightFileException(
          whole.path(),
          "has no tensors under "
              + quoted(List.of(prefix))
              + ", but under "
              + quoted(
                  unwrapped.keySet().stream()
                      .map(name -> name.substring(0, name.indexOf('.') + 1))
                      .collect(Collectors.toCollection(TreeSet::new))));
    }
    return of(whole, unwrapped, bare, List.of());
  }

  private static WeightFile of(
      WeightFile whole, Map<String, String> unwrapped, String prefix, List<String> others) {
    Map<String, String> names = new LinkedHashMap<>();
    Set<String> wrappers = new TreeSet<>();
    unwrapped.forEach(
        (name, inFile) -> {
          if (name.startsWith(prefix)) {
            names.put(name.substring(prefix.length()), inFile);
            if (name.length() != inFile.length()) {
              DOT.splitAsStream(inFile).filter(WRAPPERS::contains).forEach(wrappers::add);
            }
          }
        });
    if (prefix.isEmpty() && wrappers.isEmpty()) {
      return whole;
    }
    StringBuilder place = new StringBuilder("taken from");
    if (!prefix.isEmpty()) {
      place.append(" under ").append(quoted(List.of(prefix)));
    }
    if (!wrappers.isEmpty()) {
      place.append(" names without ").append(quoted(wrappers));
    }
    if (!others.isEmpty()) {
      place
          .append(" though ")
          .append(quoted(others))
          .append(" would do as well: WeightFile.open(file, prefix) chooses");
    }
    return new PlacedFile(whole, names, place.toString());
  }

  /** The names in the file by those without wrappers. */
  private static Map<String, String> unwrapped(WeightFile whole) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String inFile : whole.tensors().keySet()) {
      String other = names.put(unwrapped(inFile), inFile);
      if (other != null) {
        throw new WeightFileException(
            whole.path(),
            "has two tensors that are one without PyTorch's wrappers, "
                + quoted(List.of(other, inFile)));
      }
    }
    return names;
  }

  private static String unwrapped(String name) {
    StringBuilder kept = new StringBuilder();
    int start = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', start)) {
      if (!WRAPPERS.contains(name.substring(start, dot))) {
        kept.append(name, start, dot + 1);
      }
      start = dot + 1;
    }
    return start == kept.length() ? name : kept.append(name, start, name.length()).toString();
  }

  private static Map<String, Shape> shapes(WeightFile whole, Map<String, String> unwrapped) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    unwrapped.forEach((name, inFile) -> shapes.put(name, whole.tensors().get(inFile).shape()));
    return shapes;
  }

  /** A dictionary of tensors that is called as one of a model. */
  private static String container(Set<String> names) {
    return CONTAINERS.stream()
        .filter(container -> names.stream().anyMatch(name -> name.startsWith(container)))
        .findFirst()
        .orElse("");
  }

  private static String quoted(Collection<String> names) {
    List<String> shown = new ArrayList<>();
    names.stream().limit(SHOWN).forEach(name -> shown.add('"' + Text.shown(name) + '"'));
    return String.join(", ", shown) + (names.size() > SHOWN ? ", ..." : "");
  }

  /** Where in the file the tensors are from, in words. */
  String place() {
    return place;
  }

  @Override
  public WeightFile fitting(Map<String, Shape> expected) {
    return fitting(whole, expected);
  }

  @Override
  public Path path() {
    return whole.path();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public Map<String, String> metadata() {
    return whole.metadata();
  }

  @Override
  public void copy(String name, ByteBuffer into) {
    String inFile = namesInFile.get(name);
    if (inFile == null) {
      throw new WeightFileException(path(), "has no tensor " + Text.shown(name));
    }
    whole.copy(inFile, into);
  }
}
