package org.mae4j.examples.app.sweep;

import java.nio.file.Path;
import java.util.List;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.HelperProcesses;

/** The program of a process that makes runs of a sweep beside another one. */
final class SweepHelper {

  private SweepHelper() {}

  /** Starts some, which read the settings in the folder. */
  static HelperProcesses start(int count, Path folder, long checkpointEvery) {
    return HelperProcesses.start(
        count,
        folder,
        SweepHelper.class,
        List.of(folder.toString(), Long.toString(checkpointEvery)));
  }

  /**
   * Makes runs until none is left.
   *
   * @param arguments the folder of the sweep, and steps between checkpoints
   */
  public static void main(String[] arguments) {
    HelperProcesses.begin();
    Path folder = Path.of(arguments[0]);
    SweepSettings settings = SweepSettings.FILE.read(folder);
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress;
        SweepJob job = new SweepJob(folder, settings, Long.parseLong(arguments[1]), progress)) {
      job.makeAll();
    }
  }
}
