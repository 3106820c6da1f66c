package org.mae4j.examples.support;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mae4j.api.internal.UserHome;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** What the examples' {@code main} methods share. */
public final class Examples {

  /** Exit status where the user can put the matter right: bad options, files or folders. */
  public static final int BAD_INPUT = 2;

  private static final int FAILURE = 1;

  /** Options by which a program that has them takes less memory. */
  private static final List<String> LESSENING = List.of("--batch", "--size", "--jobs", "--threads");

  private Examples() {}

  /**
   * Runs a command and returns the exit status. What the user can put right, bad input and want of
   * memory, is one line; anything else, a stack.
   */
  public static int execute(Callable<Integer> command, String... arguments) {
    UserHome.ensure();
    CommandLine line =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .registerConverter(Path.class, Examples::path);
    String name = line.getCommandName();
    List<String> lessening =
        line.getCommandSpec().options().stream()
            .filter(Examples::isLessening)
            .map(OptionSpec::longestName)
            .toList();
    line.setExecutionExceptionHandler((failure, failed, parsed) -> end(name, failure, lessening));
    try {
      return line.execute(arguments);
    } catch (Error e) {
      return end(name, e, lessening);
    }
  }

  /**
   * Says why a program cannot go on, and returns its exit status.
   *
   * @param program its name
   */
  public static int end(String program, Throwable failure) {
    return end(program, failure, List.of());
  }

  private static int end(String program, Throwable failure, List<String> lessening) {
    Optional<String> words = LastWords.of(failure, lessening);
    if (words.isEmpty()) {
      failure.printStackTrace();
      return FAILURE;
    }
    System.err.println(program + ": " + words.get());
    return BAD_INPUT;
  }

  /** Threads that read take memory each, those of the model share what it takes. */
  private static boolean isLessening(OptionSpec option) {
    return LESSENING.contains(option.longestName())
        && !String.join("", option.description()).startsWith("threads of");
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(LastWords.unsayable(e));
    }
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
}
