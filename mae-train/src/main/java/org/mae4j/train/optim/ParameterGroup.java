package org.mae4j.train.optim;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mae4j.api.internal.Checks;

/**
 * Parameters that are trained otherwise than a run's others: {@code
 * ParameterGroup.of("decoder_*").withLearningRateScale(2)}.
 *
 * @param names which, by their published names, where {@code *} stands for any characters
 * @param learningRateScale what their learning rate is multiplied with, positive
 * @param weightDecay theirs, at least 0; empty for what they would have anyway
 * @param frozenUpdates updates at the start of the run that leave them alone, at least 0; {@link
 *     ParameterRules.Rule#FOREVER} for all
 */
public record ParameterGroup(
    String names, double learningRateScale, OptionalDouble weightDecay, long frozenUpdates) {

  private static final String ANY = "*";

  public ParameterGroup {
    Objects.requireNonNull(names, "names");
    Checks.require(!names.isBlank(), "the names of a group of parameters must not be blank");
    Checks.positiveFinite(learningRateScale, "learning rate scale");
    // JSON leaves out what there is none of.
    weightDecay = weightDecay == null ? OptionalDouble.empty() : weightDecay;
    weightDecay.ifPresent(decay -> Checks.notNegativeFinite(decay, "weight decay"));
    Checks.atLeast(0, frozenUpdates, "frozen updates");
  }

  /** Parameters that are trained like the others yet. */
  public static ParameterGroup of(String names) {
    return new ParameterGroup(names, 1, OptionalDouble.empty(), 0);
  }

  /** The same of other parameters. */
  public ParameterGroup withNames(String other) {
    return new ParameterGroup(other, learningRateScale, weightDecay, frozenUpdates);
  }

  /** The same, left alone at the start of the run. */
  public ParameterGroup withFrozenUpdates(long other) {
    return new ParameterGroup(names, learningRateScale, weightDecay, other);
  }

  /** The same at another share of the learning rate. */
  public ParameterGroup withLearningRateScale(double other) {
    return new ParameterGroup(names, other, weightDecay, frozenUpdates);
  }

  /** The same with a decay of their own. */
  public ParameterGroup withWeightDecay(double other) {
    return new ParameterGroup(names, learningRateScale, OptionalDouble.of(other), frozenUpdates);
  }

  /** The same, left alone for the whole run; the optimizer keeps no state of them. */
  public ParameterGroup frozen() {
    return withFrozenUpdates(ParameterRules.Rule.FOREVER);
  }

  /**
   * Rules that make exceptions of groups, one after the other.
   *
   * @param parameters the names of all that could be meant
   * @throws IllegalArgumentException if a group is of none of them
   */
  public static ParameterRules exceptions(
      ParameterRules rules, List<ParameterGroup> groups, Set<String> parameters) {
    for (ParameterGroup group : groups) {
      Checks.require(
          parameters.stream().anyMatch(group::has),
          "no trained parameter is called %s; they are called %s",
          group.names,
          String.join(", ", parameters));
    }
    return (name, shape) -> {
      ParameterRules.Rule rule = rules.of(name, shape);
      for (ParameterGroup group : groups) {
        rule = group.has(name) ? group.changed(rule) : rule;
      }
      return rule;
    };
  }

  private boolean has(String parameter) {
    String pattern =
        Stream.of(names.split(Pattern.quote(ANY), -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return parameter.matches(pattern);
  }

  private ParameterRules.Rule changed(ParameterRules.Rule rule) {
    return new ParameterRules.Rule(
        rule.learningRateScale() * learningRateScale,
        weightDecay.orElse(rule.weightDecay()),
        Math.max(rule.frozenUpdates(), frozenUpdates));
  }
}
