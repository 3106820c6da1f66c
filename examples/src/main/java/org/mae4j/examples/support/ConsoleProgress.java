package org.mae4j.examples.support;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.mae4j.train.metrics.SkippedStep;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.TrainingRecipe;

/** Shows progress: a bar on a terminal, a plain line now and then elsewhere. */
public final class ConsoleProgress implements TrainingListener, AutoCloseable {

  private static final long PLAIN_INTERVAL_NANOS = 10_000_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private ProgressBar bar;
  private String task = "";
  private String unit = "";
  private long last;
  private long total;
  private long position;
  private long first;
  private long started;

  /** Progress that is written to {@code out}. */
  public ConsoleProgress(PrintStream out) {
    this.out = out;
    this.terminal = isTerminal();
  }

  /** Java 22 and later has a console always, and a method, absent before, to tell what it is. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Says something in a line of its own. */
  public void say(String line) {
    close();
    out.println(line);
  }

  /** Says something in a line of its own while a task goes on. */
  public void note(String line) {
    boolean barWasShown = bar != null;
    say(line);
    if (barWasShown) {
      showBar();
    }
  }

  /** Begins a task of known length. */
  public void begin(String name, String unitName, long length, long alreadyDone) {
    close();
    task = name;
    unit = unitName;
    total = length;
    position = alreadyDone;
    first = alreadyDone;
    started = System.nanoTime();
    last = started;
    if (terminal) {
      showBar();
    }
  }

  /** So many videos of a nursery are rendered. */
  public void rendered(int done, int videos) {
    if (done == 1) {
      begin("rendering", "videos", videos, 0);
    }
    at(done, "");
  }

  /** A bar is shown anew after each note: its times go on where the last one's were. */
  private void showBar() {
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setUnit(" " + unit, 1)
            .setInitialMax(total)
            .startsFrom(position, elapsed())
            .setEtaFunction(state -> left(state.getCurrent()))
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .build();
  }

  /** Tells how far the task has come. */
  public void at(long newPosition, String detail) {
    position = newPosition;
    if (bar != null) {
      bar.stepTo(position);
      bar.setExtraMessage(detail);
      return;
    }
    long now = System.nanoTime();
    if (now - last > PLAIN_INTERVAL_NANOS || position == total) {
      last = now;
      out.println(task + " " + position + "/" + total + " " + unit + " " + detail);
    }
  }

  @Override
  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
    begin(recipe.kind(), "steps", recipe.steps(), stepsDone);
  }

  @Override
  public void onStep(StepMetrics metrics) {
    // The bar shows the times itself.
    String times = terminal ? "" : times(elapsed(), left(metrics.step()));
    at(
        metrics.step(),
        String.format(
            Locale.ROOT,
            "pass %.2f, loss %.4f, %.0f clips/s, waiting %.0f%%%s",
            metrics.pass(),
            metrics.loss(),
            metrics.clipsPerSecond(),
            100 * metrics.dataWaitShare(),
            times));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  /** By the pace of this process since the task began; nothing before its first step. */
  private Optional<Duration> left(long now) {
    return now <= first
        ? Optional.empty()
        : Optional.of(elapsed().dividedBy(now - first).multipliedBy(Math.max(0, total - now)));
  }

  /** In a line's words: {@code , 1:05 min so far, 0:40 min left}. */
  static String times(Duration elapsed, Optional<Duration> left) {
    return ", "
        + time(elapsed)
        + " so far"
        + left.map(time -> ", " + time(time) + " left").orElse("");
  }

  private static String time(Duration time) {
    return time.toHours() > 0
        ? String.format(Locale.ROOT, "%d h %02d min", time.toHours(), time.toMinutesPart())
        : String.format(Locale.ROOT, "%d:%02d min", time.toMinutes(), time.toSecondsPart());
  }

  @Override
  public void onSkip(SkippedStep step) {
    note("step " + step.step() + " left out: " + step.reason() + ", on clips of " + step.clips());
  }

  @Override
  public void onValidation(ValidationMetrics metrics) {
    note(
        String.format(
            Locale.ROOT,
            "pass %.2f, validation: %s",
            metrics.pass(),
            new TreeMap<>(metrics.values())
                .entrySet().stream()
                    .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
                    .collect(Collectors.joining(", "))));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
