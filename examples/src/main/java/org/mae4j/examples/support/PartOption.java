package org.mae4j.examples.support;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mae4j.api.internal.Checks;
import picocli.CommandLine.Option;

/**
 * The options of programs whose work may be divided among processes, a part each. Within a job
 * array of Slurm, or an indexed job of Kubernetes, they need not be given.
 */
public final class PartOption {

  private static final Pattern PART = Pattern.compile("(\\d{1,9})/(\\d{1,9})");
  private static final String SLURM = "SLURM_ARRAY_TASK_";
  private static final String KUBERNETES = "JOB_COMPLETION_INDEX";

  @Option(
      names = "--part",
      paramLabel = "I/N",
      description =
          "do part I of N, from 1/N to N/N, of which a later --join makes the whole; default in a"
              + " Slurm array as it says, else all. 1/1 is all of it")
  private String part;

  @Option(
      names = "--parts",
      paramLabel = "N",
      description =
          "of how many parts to do the one that Slurm's array (--array=1-N) or Kubernetes' indexed"
              + " job says: for parts of an array that are done again, and where the job does not"
              + " say how many there are")
  private Integer parts;

  private final Map<String, String> environment;

  /** Options in this process's environment. */
  public PartOption() {
    this(System.getenv());
  }

  PartOption(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Which part is to be done.
   *
   * @return empty for all of the work
   * @throws IllegalArgumentException if the options or the environment do not say one part of some
   *     number of them
   */
  public Optional<Part> chosen() {
    return Optional.ofNullable(said()).filter(found -> !found.isWhole());
  }

  private Part said() {
    Checks.require(part == null || parts == null, "--part and --parts exclude each other");
    if (part != null) {
      Matcher matcher = PART.matcher(part.strip());
      Checks.require(matcher.matches(), "--part must be I/N, such as 3/16, but was %s", part);
      int index = Integer.parseInt(matcher.group(1));
      return new Part(index, Integer.parseInt(matcher.group(2)), "--part");
    }
    if (parts != null) {
      Checks.atLeast(1, parts, "--parts");
    }
    if (environment.containsKey(SLURM + "ID")) {
      return slurm();
    }
    if (environment.containsKey(KUBERNETES)) {
      Checks.require(
          parts != null,
          "%s is %s, but nothing says of how many: give --parts with the job's completions, or"
              + " --part 1/1 for all of the work",
          KUBERNETES,
          environment.get(KUBERNETES));
      return new Part(number(KUBERNETES) + 1, parts, KUBERNETES);
    }
    Checks.require(
        parts == null,
        "--parts needs %sID or %s in the environment; --part I/N says both",
        SLURM,
        KUBERNETES);
    return null;
  }

  private Part slurm() {
    int id = number(SLURM + "ID");
    if (parts != null) {
      return new Part(id, parts, SLURM + "ID");
    }
    int count = number(SLURM + "COUNT");
    int first = number(SLURM + "MIN");
    Checks.require(
        number(SLURM + "MAX") - first + 1 == count,
        "the array has gaps, so its tasks do not say which part they are: number them from 1 and"
            + " give --parts, or --part 1/1 for all of the work");
    return new Part(id - first + 1, count, SLURM + "ID");
  }

  private int number(String variable) {
    String text = environment.getOrDefault(variable, "not set");
    Checks.require(text.matches("\\d{1,9}"), "%s must be a number, but was %s", variable, text);
    return Integer.parseInt(text);
  }
}
