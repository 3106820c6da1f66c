package org.mae4j.models.weights;

import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the tensors of a model lie among those of a file: what stands before the names that the
 * model has. Names are matched, not guessed at, so a prefix may be any.
 *
 * <p>The best place has the most tensors of the expected names and shapes, then the most of the
 * expected names, then the fewest more of their kind, such as further blocks. Where that leaves
 * several, those that are not called averages or an optimizer's come first, then those of the
 * fewest parts, then the first in the file.
 *
 * @param prefix what stands before the names; empty or ending in a dot
 * @param others the prefixes of which all said is just as true; none where {@code prefix} is empty,
 *     as in our own checkpoints
 * @param scattered the prefixes that have all that is expected only together; none where one has
 */
record Placement(String prefix, List<String> others, List<String> scattered) {

  /** Every vision transformer here has it, and no other part of one. */
  private static final String STEM = "patch_embed.proj.weight";

  private static final Pattern NOT_AS_TRAINED =
      Pattern.compile("(?i)ema|swa|teacher|av(era)?g|shadow|moment|optim|target");

  private static final Comparator<Found> BEST_FIRST =
      Comparator.<Found>comparingInt(found -> -found.fitting)
          .thenComparingInt(found -> -found.misshapen)
          .thenComparingInt(found -> found.surplus)
          .thenComparing(found -> NOT_AS_TRAINED.matcher(found.prefix).find())
          .thenComparingLong(found -> found.prefix.chars().filter(c -> c == '.').count());

  Placement {
    others = List.copyOf(others);
    scattered = List.copyOf(scattered);
  }

  /** The place of a vision transformer of any geometry, if there is one. */
  static Optional<Placement> ofAnyVit(Map<String, Shape> tensors) {
    return find(tensors, Set.of(STEM), (name, shape) -> true);
  }

  /** The place of a model, if there is anything of it. */
  static Optional<Placement> of(Map<String, Shape> tensors, Map<String, Shape> expected) {
    return find(tensors, expected.keySet(), (name, shape) -> shape.equals(expected.get(name)));
  }

  private static Optional<Placement> find(
      Map<String, Shape> tensors, Set<String> expected, BiPredicate<String, Shape> fits) {
    Map<String, Found> places = new LinkedHashMap<>();
    Set<String> anywhere = new HashSet<>();
    Set<String> parts = expected.stream().map(Placement::first).collect(Collectors.toSet());
    // No more of a name's end is looked at than could be expected: names may be as long as a file.
    long most = 1 + expected.stream().mapToLong(Placement::dots).max().orElse(0);
    tensors.forEach(
        (name, shape) -> {
          int start = name.length();
          for (int i = 0; i < most && start >= 0; i++) {
            start = name.lastIndexOf('.', start - 1);
            String end = name.substring(start + 1);
            if (parts.contains(first(end))) {
              Found found = places.computeIfAbsent(name.substring(0, start + 1), Found::new);
              if (!expected.contains(end)) {
                found.surplus++;
              } else if (fits.test(end, shape)) {
                found.fitting++;
                anywhere.add(end);
              } else {
                found.misshapen++;
              }
            }
          }
        });
    places.values().removeIf(found -> found.fitting + found.misshapen == 0);
    return places.values().stream()
        .min(BEST_FIRST)
        .map(best -> of(best, places, expected.size(), anywhere.size()));
  }

  private static Placement of(Found best, Map<String, Found> places, int expected, int anywhere) {
    boolean complete = best.fitting == expected;
    boolean together = !complete && anywhere == expected;
    boolean chosen = complete && !best.prefix.isEmpty();
    return new Placement(
        best.prefix,
        prefixes(places, found -> chosen && found != best && found.isAsGoodAs(best)),
        prefixes(places, found -> together && found.fitting > 0));
  }

  private static List<String> prefixes(Map<String, Found> places, Predicate<Found> which) {
    return places.values().stream().filter(which).map(found -> found.prefix).toList();
  }

  private static long dots(String name) {
    return name.chars().filter(c -> c == '.').count();
  }

  private static String first(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** What lies behind one prefix: how much of what is expected, and how much more of its kind. */
  private static final class Found {
    private final String prefix;
    private int fitting;
    private int misshapen;
    private int surplus;

    Found(String prefix) {
      this.prefix = prefix;
    }

    boolean isAsGoodAs(Found other) {
      return fitting == other.fitting && surplus == other.surplus;
    }
  }
}
