package org.mae4j.eval.recognition;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;

/**
 * How a model of many fine classes decides for one of a few categories: softmax over all fine
 * classes, the arithmetic mean of the probabilities of a category's members, the largest mean.
 *
 * <p>The mean, and not the sum, so that categories of many members are not favoured. Geirhos et al.
 * 2018, arXiv 1808.08750.
 *
 * @param categories their names
 * @param members for each category the fine classes that make it up, at least one and none twice
 */
public record CategoryRule(List<String> categories, List<List<Integer>> members) {

  /** The 16 categories of the out-of-distribution tasks over ImageNet's 1000 classes. */
  public static final CategoryRule IMAGENET_16 = read("imagenet-16-categories.txt");

  public CategoryRule {
    categories = List.copyOf(categories);
    members = members.stream().map(List::copyOf).toList();
    Checks.require(
        members.size() == categories.size(),
        "%s categories must have as many lists of members, but have %s",
        categories.size(),
        members.size());
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).isEmpty()) {
        throw new IllegalArgumentException(
            "each category must have at least 1 member, but " + categories.get(i) + " has none");
      }
      for (int member : members.get(i)) {
        Checks.require(
            member >= 0 && !all.contains(member),
            "members must be at least 0 and each in one category, but %s has %s",
            categories.get(i),
            member);
        all.add(member);
      }
    }
  }

  /** For a model whose classes are the categories: the likeliest class. */
  public static CategoryRule ofClasses(List<String> classes) {
    return new CategoryRule(
        classes, IntStream.range(0, classes.size()).mapToObj(List::of).toList());
  }

  private static CategoryRule read(String resource) {
    List<String> categories = new ArrayList<>();
    List<List<Integer>> members = new ArrayList<>();
    try {
      for (String line :
          Resources.readLines(
              Resources.getResource(CategoryRule.class, resource), StandardCharsets.UTF_8)) {
        if (!line.startsWith("#")) {
          List<String> words = Splitter.on(' ').splitToList(line);
          categories.add(words.get(0));
          members.add(words.stream().skip(1).map(Integer::valueOf).toList());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CategoryRule(categories, members);
  }

  /**
   * The mean probability of each category's members.
   *
   * @param logits of all fine classes
   * @throws IllegalArgumentException if a member has no logit
   */
  public double[] scores(float... logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] - max);
      sum += probabilities[i];
    }
    double[] scores = new double[categories.size()];
    for (int c = 0; c < scores.length; c++) {
      for (int member : members.get(c)) {
        Checks.require(
            member < logits.length,
            "%s has member %s, but the model has %s classes",
            categories.get(c),
            member,
            logits.length);
        scores[c] += probabilities[member] / sum / members.get(c).size();
      }
    }
    return scores;
  }

  /** The index of the category with the highest score; the first of equal ones. */
  public int decide(float... logits) {
    double[] scores = scores(logits);
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }
}
