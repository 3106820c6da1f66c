package org.mae4j.examples.support;

import static java.util.stream.Collectors.joining;

import ai.djl.engine.EngineException;
import com.google.common.base.Splitter;
import com.google.common.base.Throwables;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.internal.Text;
import org.mae4j.data.TooManyBrokenFilesException;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.CheckpointException;
import org.mae4j.train.MemoryExhaustedException;

/** What a program says that cannot go on, where its user can put the matter right. */
final class LastWords {

  /** How libtorch says that there is no memory, on a CPU and on a GPU. */
  private static final List<String> NO_MEMORY =
      List.of("out of memory", "not enough memory", "can't allocate memory", "bad_alloc");

  /** What the messages of libraries that cannot be unpacked name as the remedy. */
  private static final List<String> UNPACKING =
      List.of("let DJL_CACHE_DIR", "let the system property org.bytedeco.javacpp.cachedir");

  private static final Map<String, String> DOING =
      Map.of(
          "org.mae4j.data.", "reading clips",
          "org.mae4j.models.", "computing with the model",
          "org.mae4j.train.", "training",
          "org.mae4j.eval.", "evaluating");

  private LastWords() {}

  /**
   * One line; of some exceptions more.
   *
   * @param lessening the program's options by which it takes less memory
   * @return empty if this is a fault of the program, of which the stack says more
   */
  static Optional<String> of(Throwable failure, List<String> lessening) {
    return reason(failure, lessening)
        .map(
            text ->
                Splitter.on('\n').splitToStream(text).map(Text::message).collect(joining("\n")));
  }

  private static Optional<String> reason(Throwable failure, List<String> lessening) {
    if (failure instanceof ExecutionException && failure.getCause() != null) {
      return reason(failure.getCause(), lessening);
    }
    if (failure instanceof InvalidPathException e) {
      return Optional.of(unsayable(e));
    }
    if (isBadInput(failure)) {
      return Optional.of(String.valueOf(failure.getMessage()));
    }
    return Throwables.getCausalChain(failure).stream()
        .flatMap(cause -> ofMachine(cause, lessening).stream())
        .findFirst();
  }

  /** What the machine lacks, whatever the exception was wrapped in on its way. */
  private static Optional<String> ofMachine(Throwable cause, List<String> lessening) {
    String message = String.valueOf(cause.getMessage());
    if (UNPACKING.stream().anyMatch(message::contains)) {
      return Optional.of(message);
    }
    return isWantOfMemory(cause, message)
        ? Optional.of(wantOfMemory(cause, lessening))
        : Optional.empty();
  }

  private static boolean isBadInput(Throwable failure) {
    return failure instanceof IllegalArgumentException
        || failure instanceof ClipReadException
        || failure instanceof TooManyBrokenFilesException
        || failure instanceof WeightFileException
        || failure instanceof CheckpointException
        || failure instanceof MemoryExhaustedException
        || failure instanceof UncheckedIOException;
  }

  /** Why a name cannot be a path, and what helps. */
  static String unsayable(InvalidPathException e) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    return e.getInput().chars().allMatch(c -> c < 128) || encoding.equals("UTF-8")
        ? e.getMessage()
        : e.getInput() + ": its name cannot be said in " + encoding + ", start with LC_ALL=C.UTF-8";
  }

  private static boolean isWantOfMemory(Throwable cause, String message) {
    return cause instanceof OutOfMemoryError
        || (cause instanceof EngineException && NO_MEMORY.stream().anyMatch(message::contains));
  }

  private static String wantOfMemory(Throwable cause, List<String> lessening) {
    String what = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    String less =
        lessening.isEmpty()
            ? ""
            : "; or have it do less at a time by " + String.join(" or ", lessening);
    return "out of memory" + doing(cause) + " (" + what + "): " + remedy(cause, what) + less;
  }

  private static String remedy(Throwable cause, String what) {
    if (!(cause instanceof OutOfMemoryError)) {
      return "free some of the device's, or take a smaller model";
    }
    if (what.contains("native thread")) {
      return "let the system give it more threads (ulimit -u, or a container's limit of processes)";
    }
    return String.format(
        Locale.ROOT,
        "allow Java more than its %d MiB by -Xmx%s, as in MAE4J_JAVA_OPTS=-Xmx8g examples/run ...",
        Runtime.getRuntime().maxMemory() >> 20,
        what.contains("direct") ? " or -XX:MaxDirectMemorySize" : "");
  }

  /** By the part of the library that it came from, if it was one. */
  private static String doing(Throwable cause) {
    return Stream.of(cause.getStackTrace())
        .map(StackTraceElement::getClassName)
        .flatMap(name -> DOING.keySet().stream().filter(name::startsWith))
        .findFirst()
        .map(part -> " while " + DOING.get(part))
        .orElse("");
  }
}
