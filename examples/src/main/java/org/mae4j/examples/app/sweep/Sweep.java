package org.mae4j.examples.app.sweep;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mae4j.eval.sweep.SweepResult;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.HelperProcesses;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.train.RunLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Pretrains by every combination of some values of a recipe's fields, each with several seeds, and
 * compares what comes of it on one page.
 *
 * <p>With no options it compares four masking strategies on the toy nursery.
 */
@Command(
    name = "Sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Pretrains by recipes that differ in some fields, and compares them on one page.")
public final class Sweep implements Callable<Integer> {

  @Mixin private final SweepOptions options = new SweepOptions();

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Sweep(), arguments));
  }

  @Override
  public Integer call() {
    SweepSettings settings = options.settings();
    Path folder = options.folder();
    // Refuses what cannot be varied before anything is made.
    SweepJob.recipes(settings);
    ConsoleProgress progress = new ConsoleProgress(System.out);
    ResultFolder.make(folder);
    RunLock lock = RunLock.acquire(folder);
    try (lock;
        progress;
        SweepJob job = new SweepJob(folder, settings, options.checkpointEvery(), progress)) {
      SweepSettings.FILE.write(folder, settings);
      progress.say(
          String.format(
              Locale.ROOT,
              "%d runs in %d process(es) of %d thread(s), in %s",
              job.runs(),
              Math.min(settings.jobs(), job.runs()),
              settings.threads(),
              folder));
      progress.say("videos: " + job.footage());
      job.forgetFailures();
      int helpers = Math.min(settings.jobs(), job.runs()) - 1;
      HelperProcesses others = SweepHelper.start(helpers, folder, options.checkpointEvery());
      try (others) {
        job.makeAll();
      }
      SweepResult result = job.writePage();
      progress.say(
          String.format(
              Locale.ROOT,
              "%d of %d runs finished, %d failed; page: %s",
              result.runs().size(),
              job.runs(),
              result.failures().size(),
              job.page()));
      return result.runs().isEmpty() ? Examples.BAD_INPUT : 0;
    }
  }
}
