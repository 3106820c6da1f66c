package org.mae4j.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mae4j.api.internal.Checks;

/**
 * What produced a result, and thus how it can be had again.
 *
 * <pre>{@code
 * Provenance.NONE
 *     .withRecipe("video-s-v1")
 *     .withSeed(1)
 *     .withData("12 videos in clips", hash)
 *     .withVersions(TorchEngine.versions());
 * }</pre>
 *
 * @param recipe the name of what was trained by
 * @param seed the run's
 * @param pretrainedModel what the training started from
 * @param data the videos, for readers
 * @param manifestHash the hash that tells whether they are the same ones
 * @param facts others, by name, in an order of their own
 * @param device that it ran on
 * @param versions of software and platform, by name
 */
public record Provenance(
    Optional<String> recipe,
    OptionalLong seed,
    Optional<String> pretrainedModel,
    Optional<String> data,
    Optional<String> manifestHash,
    Map<String, String> facts,
    Optional<String> device,
    Map<String, String> versions) {

  private static final String RECIPE = "recipe";
  private static final String SEED = "seed";
  private static final String PRETRAINED_MODEL = "pretrained model";
  private static final String DATA = "data";

  /** Names the hash of the data in {@link #toMap}. */
  public static final String MANIFEST_HASH = "data manifest (SHA-256)";

  private static final String DEVICE = "device";

  private static final Set<String> TAKEN =
      Set.of(RECIPE, SEED, PRETRAINED_MODEL, DATA, MANIFEST_HASH, DEVICE);

  /** Nothing is known. */
  public static final Provenance NONE =
      new Provenance(
          Optional.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Map.of());

  public Provenance {
    requireText(recipe, RECIPE);
    Objects.requireNonNull(seed, SEED);
    requireText(pretrainedModel, PRETRAINED_MODEL);
    requireText(data, DATA);
    requireText(manifestHash, MANIFEST_HASH);
    requireText(device, DEVICE);
    facts = named(facts);
    versions = named(versions);
    for (String name : versions.keySet()) {
      Checks.require(!facts.containsKey(name), "%s must be a fact or a version, but is both", name);
    }
  }

  private static void requireText(Optional<String> value, String name) {
    Checks.require(value.isEmpty() || !value.get().isBlank(), "%s must not be blank", name);
  }

  private static Map<String, String> named(Map<String, String> pairs) {
    Map<String, String> copy = new LinkedHashMap<>();
    pairs.forEach(
        (name, value) -> {
          Checks.require(
              !name.isBlank() && !TAKEN.contains(name),
              "a further fact must have a name other than %s, but was '%s'",
              TAKEN.stream().sorted().toList(),
              name);
          copy.put(name, Objects.requireNonNull(value, name));
        });
    return Collections.unmodifiableMap(copy);
  }

  /** The same of this recipe. */
  public Provenance withRecipe(String name) {
    return new Provenance(
        Optional.of(name), seed, pretrainedModel, data, manifestHash, facts, device, versions);
  }

  /** The same with this seed. */
  public Provenance withSeed(long seed) {
    return new Provenance(
        recipe,
        OptionalLong.of(seed),
        pretrainedModel,
        data,
        manifestHash,
        facts,
        device,
        versions);
  }

  /** The same, started from this model. */
  public Provenance withPretrainedModel(String model) {
    return new Provenance(
        recipe, seed, Optional.of(model), data, manifestHash, facts, device, versions);
  }

  /** The same of these videos. */
  public Provenance withData(String description, String manifestHash) {
    return new Provenance(
        recipe,
        seed,
        pretrainedModel,
        Optional.of(description),
        Optional.of(manifestHash),
        facts,
        device,
        versions);
  }

  /** The same of videos of which only the hash is to be told. */
  public Provenance withManifestHash(String manifestHash) {
    return new Provenance(
        recipe, seed, pretrainedModel, data, Optional.of(manifestHash), facts, device, versions);
  }

  /** The same with a further fact, or another value of one. */
  public Provenance withFact(String name, String value) {
    return withFacts(Map.of(name, value));
  }

  /** The same with further facts, in the map's order; of equal names, the new ones count. */
  public Provenance withFacts(Map<String, String> further) {
    return new Provenance(
        recipe,
        seed,
        pretrainedModel,
        data,
        manifestHash,
        joined(facts, further),
        device,
        versions);
  }

  /** The same on this device. */
  public Provenance withDevice(String device) {
    return new Provenance(
        recipe, seed, pretrainedModel, data, manifestHash, facts, Optional.of(device), versions);
  }

  /** The same with these versions, in the map's order; of equal names, the new ones count. */
  public Provenance withVersions(Map<String, String> further) {
    return new Provenance(
        recipe,
        seed,
        pretrainedModel,
        data,
        manifestHash,
        facts,
        device,
        joined(versions, further));
  }

  /** The same with all that the other one knows, too; where both know it, the other counts. */
  public Provenance with(Provenance other) {
    return new Provenance(
        other.recipe.or(() -> recipe),
        other.seed.isPresent() ? other.seed : seed,
        other.pretrainedModel.or(() -> pretrainedModel),
        other.data.or(() -> data),
        other.manifestHash.or(() -> manifestHash),
        joined(facts, other.facts),
        other.device.or(() -> device),
        joined(versions, other.versions));
  }

  private static Map<String, String> joined(Map<String, String> old, Map<String, String> further) {
    Map<String, String> all = new LinkedHashMap<>(old);
    all.putAll(further);
    return all;
  }

  /** What is known, by name, in the order of the components: for files and for readers. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    recipe.ifPresent(value -> map.put(RECIPE, value));
    seed.ifPresent(value -> map.put(SEED, Long.toString(value)));
    pretrainedModel.ifPresent(value -> map.put(PRETRAINED_MODEL, value));
    data.ifPresent(value -> map.put(DATA, value));
    manifestHash.ifPresent(value -> map.put(MANIFEST_HASH, value));
    map.putAll(facts);
    device.ifPresent(value -> map.put(DEVICE, value));
    map.putAll(versions);
    return Collections.unmodifiableMap(map);
  }
}
