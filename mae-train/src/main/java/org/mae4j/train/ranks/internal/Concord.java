package org.mae4j.train.ranks.internal;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.mae4j.api.internal.Text;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.train.ranks.RankLostException;
import org.mae4j.train.ranks.Ranks;

/**
 * Ranks that decide alike: what one of them meets with, all know before they go on. Where there is
 * one alone, nothing is asked and nothing is waited for.
 */
public final class Concord implements AutoCloseable {

  private static final double DONE = 1;
  private static final double FAILED = 2;

  private final Ranks ranks;

  /** Null for one alone. */
  private final ScriptModule script;

  /** The bits of the last step's gradient norm. */
  private int norm;

  /** Of these ranks, which stay the caller's to close. */
  public Concord(Ranks ranks) {
    this.ranks = ranks;
    this.script =
        isAlone()
            ? null
            : ScriptModule.compileResource(Concord.class, "concord.torchscript", Map.of());
  }

  /** Whether there is only one. */
  public boolean isAlone() {
    return ranks.size() == 1;
  }

  /** Whether this is the rank that judges, tells and writes. */
  public boolean isFirst() {
    return ranks.rank() == 0;
  }

  /** The first of this rank's batches of a step, in [0, {@link #stride}). */
  public int firstBatch() {
    return ranks.rank();
  }

  /** From one of this rank's batches to its next. */
  public int stride() {
    return ranks.size();
  }

  /** Whether any rank says so. */
  public boolean any(boolean own) {
    return isAlone() ? own : ranks.sum(own ? 1 : 0)[0] > 0;
  }

  /**
   * Refuses ranks that would not do the same.
   *
   * @param own what must be the same on all ranks, by name, in the same order on each
   * @throws IllegalArgumentException on every rank alike, naming what differs from the first
   */
  public void requireAlike(Map<String, String> own) {
    Alike.require(Exchange.texts(ranks, Alike.toText(own)));
  }

  /** Gives arrays the values that they have on the first rank. */
  public void broadcast(Collection<NDArray> arrays) {
    ranks.broadcast(List.copyOf(arrays));
  }

  /** Lets what is in gradients before a step, the same on all ranks, count once in their sum. */
  public void beginStep(List<NDArray> gradients) {
    if (!isFirst() && !gradients.isEmpty()) {
      script.update("clear", List.of(gradients));
    }
  }

  /** Sums gradients over all ranks, in place. */
  public void sum(List<NDArray> gradients) {
    if (!isAlone()) {
      ranks.sum(gradients);
    }
  }

  /** Gives arrays the mean of what they hold on all ranks. */
  public void average(List<NDArray> arrays) {
    if (!isAlone() && !arrays.isEmpty()) {
      ranks.sum(arrays);
      script.update("scale", List.of(arrays), 1.0 / ranks.size());
    }
  }

  /** The norm of a step's summed gradients, to be compared in the next one. */
  public void norm(float found) {
    norm = Float.floatToRawIntBits(found);
  }

  /**
   * Says what this rank has to say of a step, and hears the others. A rank that failed returns from
   * this, to fail on.
   *
   * @throws RankLostException if another rank failed, or is gone
   * @throws IllegalStateException if the ranks are not at the same step, or have drifted apart
   */
  public StepVerdict agree(StepShare own) {
    if (isAlone()) {
      return verdict(own.losses(), own.clips(), own.words(), own.isStop());
    }
    int batches = own.losses().length;
    double[] numbers = Arrays.copyOf(own.losses(), batches + ranks.size() * Said.NUMBERS);
    double[] mine = Said.of(own, norm).toNumbers();
    System.arraycopy(mine, 0, numbers, batches + ranks.rank() * Said.NUMBERS, Said.NUMBERS);
    double[] all = ranks.sum(numbers);
    List<Said> said =
        IntStream.range(0, ranks.size())
            .mapToObj(rank -> Said.read(all, batches + rank * Said.NUMBERS))
            .toList();
    requireSame(
        said.stream().mapToDouble(Said::step).toArray(), own.step(), "are at step", Concord::step);
    requireSame(
        said.stream().mapToDouble(Said::norm).toArray(),
        own.step(),
        "found the gradient norm",
        Concord::norm);
    boolean words = said.stream().anyMatch(rank -> rank.failed() || rank.notFinite());
    List<String> texts = words ? Exchange.texts(ranks, String.join("\n", own.words())) : List.of();
    OptionalInt failed =
        IntStream.range(0, ranks.size()).filter(rank -> said.get(rank).failed()).findFirst();
    if (failed.isPresent() && !own.isFailed()) {
      throw failed(failed.getAsInt(), "at step " + (own.step() + 1), texts);
    }
    double[] losses = Arrays.copyOf(all, batches);
    OptionalInt odd = firstNotFinite(losses);
    return verdict(
        losses,
        said.stream().mapToInt(Said::clips).sum(),
        odd.isPresent() && words
            ? List.of(texts.get(odd.getAsInt() % ranks.size()).split("\n"))
            : List.of(),
        said.stream().anyMatch(Said::stop));
  }

  private static StepVerdict verdict(
      double[] losses, int clips, List<String> sources, boolean stop) {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    OptionalInt odd = firstNotFinite(losses);
    return new StepVerdict(
        sum / losses.length,
        clips,
        odd.isPresent() ? OptionalDouble.of(losses[odd.getAsInt()]) : OptionalDouble.empty(),
        sources,
        stop);
  }

  private static OptionalInt firstNotFinite(double[] losses) {
    return IntStream.range(0, losses.length).filter(i -> !Double.isFinite(losses[i])).findFirst();
  }

  private static RankLostException failed(int rank, String when, List<String> texts) {
    return new RankLostException(
        "rank " + rank + " failed " + when + ": " + Text.message(texts.get(rank)));
  }

  /** Clips that were behind something that all ranks met with, by rank. */
  public List<String> allOf(Collection<String> own) {
    if (isAlone()) {
      return List.copyOf(own);
    }
    return Exchange.texts(ranks, String.join("\n", own)).stream()
        .flatMap(text -> Arrays.stream(text.split("\n")))
        .distinct()
        .toList();
  }

  /**
   * Has the first rank do something while the others wait.
   *
   * @param what it does, in words
   * @param work throws what this then throws, on the first rank
   * @return what it said, on all ranks
   * @throws RankLostException on the others, if it failed there, or a rank is gone
   */
  public String byFirst(String what, Supplier<String> work) {
    if (isAlone()) {
      return work.get();
    }
    if (isFirst()) {
      return lead(work);
    }
    double state = SignsOfLife.WORKING;
    while (state == SignsOfLife.WORKING) {
      state = ranks.sum(0)[0];
    }
    List<String> texts = Exchange.texts(ranks, "");
    if (state != DONE) {
      throw failed(0, what, texts);
    }
    return texts.get(0);
  }

  private String lead(Supplier<String> work) {
    String text;
    try {
      text = heardOf(work);
    } catch (RuntimeException | OutOfMemoryError e) {
      try {
        ranks.sum(FAILED);
        Exchange.texts(ranks, String.valueOf(e));
      } catch (RuntimeException untold) {
        e.addSuppressed(untold);
      }
      throw e;
    }
    ranks.sum(DONE);
    Exchange.texts(ranks, text);
    return text;
  }

  private String heardOf(Supplier<String> work) {
    SignsOfLife signs = new SignsOfLife(ranks);
    try {
      return work.get();
    } finally {
      signs.end();
    }
  }

  /**
   * Sees to it that all ranks have the same values.
   *
   * @param what in words
   * @param step after which, from 1
   * @throws IllegalStateException if one has others
   */
  public void requireSame(String what, long step, Collection<NDArray> arrays) {
    if (isAlone()) {
      return;
    }
    CRC32C checksum = new CRC32C();
    arrays.forEach(array -> checksum.update(array.toByteBuffer(true)));
    double[] found =
        Exchange.numbers(ranks, (double) checksum.getValue()).stream()
            .mapToDouble(numbers -> numbers[0])
            .toArray();
    requireSame(found, step, "have " + what + " of checksum", Concord::checksum);
  }

  private static void requireSame(
      double[] found, long step, String what, DoubleFunction<String> shown) {
    if (Arrays.stream(found).anyMatch(value -> value != found[0])) {
      throw new IllegalStateException(
          "the ranks have drifted apart after step "
              + step
              + ": they "
              + what
              + " "
              + IntStream.range(0, found.length)
                  .mapToObj(rank -> shown.apply(found[rank]) + " (rank " + rank + ")")
                  .collect(Collectors.joining(", ")));
    }
  }

  private static String step(double value) {
    return Long.toString((long) value + 1);
  }

  private static String norm(double bits) {
    return Float.toString(Float.intBitsToFloat((int) bits));
  }

  private static String checksum(double value) {
    return String.format(Locale.ROOT, "%08x", (long) value);
  }

  /** Frees what this holds. */
  @Override
  public void close() {
    if (script != null) {
      script.close();
    }
  }

  /**
   * What one rank says, as numbers that a double holds exactly.
   *
   * @param step that it is at
   * @param clips of its batches
   * @param stop whether it was asked to
   * @param notFinite whether one of its losses is not
   * @param failed whether it cannot go on
   * @param norm the bits of the last gradient norm
   */
  private record Said(
      long step, int clips, boolean stop, boolean notFinite, boolean failed, int norm) {

    static final int NUMBERS = 6;

    static Said of(StepShare share, int norm) {
      return new Said(
          share.step(), share.clips(), share.isStop(), share.isNotFinite(), share.isFailed(), norm);
    }

    double[] toNumbers() {
      return new double[] {step, clips, stop ? 1 : 0, notFinite ? 1 : 0, failed ? 1 : 0, norm};
    }

    static Said read(double[] all, int from) {
      return new Said(
          (long) all[from],
          (int) all[from + 1],
          all[from + 2] > 0,
          all[from + 3] > 0,
          all[from + 4] > 0,
          (int) all[from + 5]);
    }
  }
}
