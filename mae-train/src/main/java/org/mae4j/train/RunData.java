package org.mae4j.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.models.internal.Json;
import org.mae4j.train.recipe.RecipeDifference;

/**
 * What data a run learns from and chooses its best checkpoint by, as far as that is known.
 *
 * @param training the videos that it learns from
 * @param validation those that it is judged on on the way
 * @param manifest a hash of all of it, as the run's provenance gives it
 */
record RunData(
    Optional<Identity> training, Optional<Identity> validation, Optional<String> manifest) {

  /** Nothing is known. */
  static final RunData UNKNOWN = new RunData(Optional.empty(), Optional.empty(), Optional.empty());

  private static final String ALL = "data";
  private static final String CLASSES = "data.classes";
  private static final String TRAINING = "data.training";
  private static final String VALIDATION = "data.validation";
  private static final String MANIFEST = "data.manifest";

  /** What may differ in a run that goes on, by name; the first stands for all others. */
  static final Set<String> FIELDS = Set.of(ALL, CLASSES, TRAINING, VALIDATION, MANIFEST);

  private static final String KEY = "mae4j.data";
  private static final int NAMED = 5;
  private static final int HASH_DIGITS = 12;

  RunData {
    // JSON leaves out what there is none of.
    training = Objects.requireNonNullElse(training, Optional.empty());
    validation = Objects.requireNonNullElse(validation, Optional.empty());
    manifest = Objects.requireNonNullElse(manifest, Optional.empty());
  }

  /** Refuses other names than {@link #FIELDS}. */
  static void requireFields(Set<String> names) {
    for (String name : names) {
      Checks.require(
          FIELDS.contains(name),
          "of the data, what may differ is one of %s, but was %s",
          new TreeSet<>(FIELDS),
          name);
    }
  }

  static RunData of(
      Optional<Identity> training, Optional<Identity> validation, Map<String, String> provenance) {
    return new RunData(
        training, validation, Optional.ofNullable(provenance.get(Provenance.MANIFEST_HASH)));
  }

  /**
   * What a checkpoint says of it.
   *
   * @throws IllegalArgumentException if that is damaged
   */
  static RunData read(Map<String, String> metadata) {
    String json = metadata.get(KEY);
    return json == null
        ? of(Optional.empty(), Optional.empty(), metadata)
        : Json.read(json, RunData.class, KEY);
  }

  /** What {@link #read} reads. */
  Map<String, String> metadata() {
    return equals(UNKNOWN) ? Map.of() : Map.of(KEY, Json.write(this));
  }

  /** What must be the same wherever the run is trained, by name. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("training data", training.map(RunData::shown).orElse("unknown"));
    facts.put("classes", training.map(data -> data.classes().toString()).orElse("unknown"));
    facts.put("validation data", validation.map(RunData::shown).orElse("unknown"));
    facts.put("manifest", manifest.orElse("unknown"));
    return facts;
  }

  /** For readers, by name; of what is not known, nothing. */
  Map<String, String> inWords() {
    Map<String, String> words = new LinkedHashMap<>();
    training.ifPresent(videos -> words.put("learnt from", inWords(videos)));
    validation.ifPresent(videos -> words.put("validated on", inWords(videos)));
    return words;
  }

  private static String inWords(Identity videos) {
    return videos.files()
        + " files"
        + (videos.classes().isEmpty() ? "" : " of " + videos.classes().size() + " classes")
        + ", SHA-256 of their names and labels "
        + videos.hash();
  }

  /** Whether this and another are known well enough to be compared. */
  boolean isComparable(RunData other) {
    return (training.isPresent() && other.training.isPresent())
        || (manifest.isPresent() && other.manifest.isPresent());
  }

  /** In what of that which both know another one differs, and was not to be overridden. */
  List<RecipeDifference> differences(RunData now, Set<String> overridden) {
    List<RecipeDifference> found = new ArrayList<>();
    if (training.isPresent() && now.training.isPresent()) {
      List<String> before = training.get().classes();
      List<String> after = now.training.get().classes();
      if (!before.equals(after)) {
        found.add(new RecipeDifference(CLASSES, shown(before, after), shown(after, before)));
      }
    }
    compare(TRAINING, training, now.training, found);
    compare(VALIDATION, validation, now.validation, found);
    if (manifest.isPresent() && now.manifest.isPresent() && !manifest.equals(now.manifest)) {
      found.add(new RecipeDifference(MANIFEST, digits(manifest.get()), digits(now.manifest.get())));
    }
    found.removeIf(
        difference -> overridden.contains(ALL) || overridden.contains(difference.field()));
    return found;
  }

  private static void compare(
      String field,
      Optional<Identity> before,
      Optional<Identity> now,
      List<RecipeDifference> found) {
    if (before.isPresent() && now.isPresent() && !before.get().hash().equals(now.get().hash())) {
      found.add(new RecipeDifference(field, shown(before.get()), shown(now.get())));
    }
  }

  private static String shown(Identity data) {
    return data.files() + " files, list " + digits(data.hash());
  }

  private static String digits(String hash) {
    return Text.shown(hash.substring(0, Math.min(HASH_DIGITS, hash.length())));
  }

  /** How many classes, and the first of those that are others than in the other list. */
  private static String shown(List<String> classes, List<String> others) {
    List<String> own = classes.stream().filter(name -> !others.contains(name)).toList();
    String which = own.isEmpty() ? "" : ", only here: ";
    if (own.isEmpty() && classes.size() == others.size()) {
      own = classes;
      which = ", in this order: ";
    }
    String names = String.join(", ", own.subList(0, Math.min(NAMED, own.size())));
    String rest = own.size() > NAMED ? " and " + (own.size() - NAMED) + " more" : "";
    return classes.size() + which + Text.shown(names) + rest;
  }
}
