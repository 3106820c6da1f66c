package org.mae4j.examples;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.mae4j.train.StepMetrics;
import org.mae4j.train.TrainingListener;
import org.mae4j.train.TrainingRecipe;

/** Shows progress: a bar on a terminal, a plain line now and then elsewhere. */
final class ConsoleProgress implements TrainingListener, AutoCloseable {

  private static final long PLAIN_INTERVAL_NANOS = 10_000_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private ProgressBar bar;
  private String task = "";
  private String unit = "";
  private long last;
  private long total;

  ConsoleProgress(PrintStream out) {
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
  void say(String line) {
    close();
    out.println(line);
  }

  /** Begins a task of known length. */
  void begin(String name, String unitName, long length, long alreadyDone) {
    close();
    task = name;
    unit = unitName;
    total = length;
    last = System.nanoTime();
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setUnit(" " + unitName, 1)
              .setInitialMax(length)
              .startsFrom(alreadyDone, Duration.ZERO)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .build();
    }
  }

  /** Tells how far the task has come. */
  void at(long position, String detail) {
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
    begin("pretraining", "steps", recipe.steps(), stepsDone);
  }

  @Override
  public void onStep(StepMetrics metrics) {
    at(
        metrics.step(),
        String.format(
            Locale.ROOT,
            "loss %.4f, %.0f clips/s, waiting %.0f%%",
            metrics.loss(),
            metrics.clipsPerSecond(),
            100 * metrics.dataWaitShare()));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
