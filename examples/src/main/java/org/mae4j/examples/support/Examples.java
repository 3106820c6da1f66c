package org.mae4j.examples.support;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.TooManyBrokenFilesException;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.CheckpointException;
import org.mae4j.train.MemoryExhaustedException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the examples' {@code main} methods share. */
public final class Examples {

  /** Exit status where the user can put the matter right: bad options, files or folders. */
  public static final int BAD_INPUT = 2;

  private static final int FAILURE = 1;

  private Examples() {}

  /** Runs a command and returns the exit status. Bad input is one line; anything else, a stack. */
  public static int execute(Callable<Integer> command, String... arguments) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (isBadInput(failure)) {
                line.getErr().println(line.getCommandName() + ": " + failure.getMessage());
                return BAD_INPUT;
              }
              failure.printStackTrace(line.getErr());
              return FAILURE;
            })
        .execute(arguments);
  }

  /**
   * Checks that a run goes on as it began.
   *
   * @param spec of the command, which was parsed
   * @param changeable the options that may stand beside {@code --resume}
   * @throws IllegalArgumentException if another one does
   */
  public static void requireNothingBesideResume(CommandSpec spec, List<String> changeable) {
    List<String> others =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(name -> !name.equals("--resume") && !changeable.contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "--resume goes on as the run began: only "
              + String.join(", ", changeable)
              + " may stand beside it, but there is "
              + String.join(", ", others));
    }
  }

  /** Whether the user can put the matter right, so that the message is enough. */
  public static boolean isBadInput(Throwable failure) {
    return failure instanceof IllegalArgumentException
        || failure instanceof ClipReadException
        || failure instanceof TooManyBrokenFilesException
        || failure instanceof WeightFileException
        || failure instanceof CheckpointException
        || failure instanceof MemoryExhaustedException
        || failure instanceof UncheckedIOException;
  }
}
