package org.mae4j.train.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * The learning rate over a run, as phases that follow each other. Their lengths are counted in
 * optimizer steps, or in passes over the data; then the number of files decides the steps, and
 * {@link #over} counts them.
 *
 * @param phases at least one; not all of their rates are 0
 * @param unit what lengths are counted in; in steps they are whole numbers
 */
public record LearningRateSchedule(List<Phase> phases, Unit unit) {

  /** What lengths are counted in. */
  public enum Unit {
    /** Updates of the optimizer. */
    STEPS,
    /** Times that every video was seen once. */
    PASSES
  }

  /** How the rate goes from one value to another. */
  public enum Curve {
    /** In a straight line. */
    LINEAR {
      @Override
      double at(double from, double to, double progress) {
        return from + (to - from) * progress;
      }
    },
    /** Down or up half a cosine. */
    COSINE {
      @Override
      double at(double from, double to, double progress) {
        return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * progress));
      }
    };

    abstract double at(double from, double to, double progress);
  }

  /**
   * A part of the schedule.
   *
   * @param curve how the rate goes from one to the other
   * @param from the rate at its begin, at least 0
   * @param to the rate at its end, at least 0
   * @param length in the schedule's unit, positive
   */
  public record Phase(Curve curve, double from, double to, double length) {

    public Phase {
      Objects.requireNonNull(curve, "curve");
      Checks.notNegativeFinite(from, "a learning rate");
      Checks.notNegativeFinite(to, "a learning rate");
      Checks.positiveFinite(length, "a phase's length");
    }

    /** The same rates along another curve. */
    public Phase withCurve(Curve other) {
      return new Phase(other, from, to, length);
    }

    /** The same from another rate on. */
    public Phase withFrom(double other) {
      return new Phase(curve, other, to, length);
    }

    /** The same to another rate. */
    public Phase withTo(double other) {
      return new Phase(curve, from, other, length);
    }

    /** The same over another part of the run. */
    public Phase withLength(double other) {
      return new Phase(curve, from, to, other);
    }
  }

  public LearningRateSchedule {
    Objects.requireNonNull(unit, "unit");
    phases = List.copyOf(phases);
    Checks.atLeast(1, phases.size(), "phases");
    Checks.require(
        phases.stream().anyMatch(phase -> phase.from > 0 || phase.to > 0),
        "a schedule needs a rate above 0, but has none");
    for (Phase phase : phases) {
      Checks.require(
          unit == Unit.PASSES || phase.length == Math.rint(phase.length),
          "a phase must have a whole number of steps, but has %s",
          phase.length);
    }
  }

  /** Other phases, counted in the same unit. */
  public LearningRateSchedule withPhases(List<Phase> other) {
    return new LearningRateSchedule(other, unit);
  }

  /** The same phases, of which lengths count something else. */
  public LearningRateSchedule withUnit(Unit other) {
    return new LearningRateSchedule(phases, other);
  }

  /**
   * A linear warm-up from 0, then half a cosine down to a last rate, in steps. Constant after the
   * warm-up where peak and last rate are equal.
   *
   * @param peak the rate after warm-up, positive
   * @param last the rate at the end, at least 0
   * @param warmupSteps steps until the peak, at least 0 and below {@code totalSteps}
   * @param totalSteps steps of the run, at least 1
   */
  public LearningRateSchedule(double peak, double last, long warmupSteps, long totalSteps) {
    this(warmedUp(peak, last, (double) warmupSteps, (double) totalSteps, Unit.STEPS), Unit.STEPS);
  }

  /** A constant rate over steps. */
  public static LearningRateSchedule constant(double rate, long totalSteps) {
    return new LearningRateSchedule(rate, rate, 0, totalSteps);
  }

  /** A constant rate over passes. */
  public static LearningRateSchedule constantOverPasses(double rate, double passes) {
    return cosineOverPasses(rate, rate, 0, passes);
  }

  /** As {@link #LearningRateSchedule(double, double, long, long)}, in passes. */
  public static LearningRateSchedule cosineOverPasses(
      double peak, double last, double warmup, double passes) {
    return new LearningRateSchedule(warmedUp(peak, last, warmup, passes, Unit.PASSES), Unit.PASSES);
  }

  private static List<Phase> warmedUp(
      double peak, double last, double warmup, double total, Unit unit) {
    Checks.positive(peak, "peak learning rate");
    Checks.notNegative(last, "last learning rate");
    String what = unit.name().toLowerCase(Locale.ROOT);
    if (unit == Unit.STEPS) {
      Checks.atLeast(1, (long) total, "total steps");
    } else {
      Checks.positive(total, "total passes");
    }
    Checks.require(
        warmup >= 0 && warmup < total,
        "warm-up must be in [0, %s) %s, but was %s",
        plain(total),
        what,
        plain(warmup));
    Phase main = new Phase(Curve.COSINE, peak, last, total - warmup);
    return warmup == 0 ? List.of(main) : List.of(new Phase(Curve.LINEAR, 0, peak, warmup), main);
  }

  /**
   * This schedule, then another one.
   *
   * @throws IllegalArgumentException if they count in different units
   */
  public LearningRateSchedule then(LearningRateSchedule next) {
    Checks.require(
        next.unit == unit, "a schedule in %s cannot be followed by one in %s", unit, next.unit);
    List<Phase> all = new ArrayList<>(phases);
    all.addAll(next.phases);
    return new LearningRateSchedule(all, unit);
  }

  /** The length of the run in the schedule's unit. */
  public double length() {
    return phases.stream().mapToDouble(Phase::length).sum();
  }

  /** The highest rate. */
  public double peak() {
    return phases.stream().mapToDouble(phase -> Math.max(phase.from, phase.to)).max().orElseThrow();
  }

  /**
   * Steps of the run.
   *
   * @throws IllegalStateException if it counts passes, and so depends on the data
   */
  public long totalSteps() {
    if (unit != Unit.STEPS) {
      throw new IllegalStateException(
          plain(length()) + " passes are no number of steps without the number of videos");
    }
    return Math.round(length());
  }

  /**
   * This schedule counted in steps; one that is already stays as it is.
   *
   * @param stepsPerPass positive
   */
  public LearningRateSchedule over(double stepsPerPass) {
    Checks.positive(stepsPerPass, "steps per pass");
    return unit == Unit.STEPS ? this : scaled(stepsPerPass);
  }

  /**
   * This schedule over another number of steps, each phase with its share of them.
   *
   * @param steps at least 1
   */
  public LearningRateSchedule withSteps(long steps) {
    Checks.atLeast(1, steps, "total steps");
    return scaled(steps / length());
  }

  /**
   * This schedule over another number of passes, each phase with its share of them.
   *
   * @param passes positive and finite
   */
  public LearningRateSchedule withPasses(double passes) {
    Checks.positiveFinite(passes, "total passes");
    double before = length();
    return new LearningRateSchedule(
        phases.stream()
            .map(
                phase ->
                    new Phase(phase.curve, phase.from, phase.to, phase.length * passes / before))
            .toList(),
        Unit.PASSES);
  }

  /**
   * This schedule with another highest rate, to which the others keep their ratio.
   *
   * @param rate positive and finite
   */
  public LearningRateSchedule withPeak(double rate) {
    Checks.positiveFinite(rate, "peak learning rate");
    double peak = peak();
    return new LearningRateSchedule(
        phases.stream()
            .map(
                phase ->
                    new Phase(
                        phase.curve,
                        phase.from / peak * rate,
                        phase.to / peak * rate,
                        phase.length))
            .toList(),
        unit);
  }

  /** Bounds of phases are rounded to steps; a phase that has none left falls away. */
  private LearningRateSchedule scaled(double factor) {
    List<Phase> scaled = new ArrayList<>();
    double end = 0;
    long done = 0;
    for (int i = 0; i < phases.size(); i++) {
      Phase phase = phases.get(i);
      end += phase.length * factor;
      boolean last = i == phases.size() - 1;
      long rounded = last && done == 0 ? Math.max(1, Math.round(end)) : Math.round(end);
      if (rounded > done) {
        scaled.add(new Phase(phase.curve, phase.from, phase.to, rounded - done));
        done = rounded;
      }
    }
    return new LearningRateSchedule(scaled, Unit.STEPS);
  }

  /**
   * The rate for the update that follows {@code step} updates.
   *
   * @param step in [0, {@link #totalSteps}]
   * @throws IllegalStateException if the schedule counts passes
   */
  public double at(long step) {
    long total = totalSteps();
    double start = 0;
    for (Phase phase : phases) {
      double within = step - start;
      if (step < total && within < phase.length) {
        return phase.curve.at(phase.from, phase.to, within / phase.length);
      }
      start += phase.length;
    }
    return phases.get(phases.size() - 1).to;
  }

  /** In words: {@code 0.0 to 0.002 (linear) over 220 steps, then ...}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (Phase phase : phases) {
      String rate =
          phase.from == phase.to
              ? "constant " + phase.from
              : phase.from
                  + " to "
                  + phase.to
                  + " ("
                  + phase.curve.name().toLowerCase(Locale.ROOT)
                  + ")";
      parts.add(rate + " over " + plain(phase.length));
    }
    return String.join(", then ", parts) + " " + unit.name().toLowerCase(Locale.ROOT);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
