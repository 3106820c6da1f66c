package org.mae4j.examples.support;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class LastWordsTest {

  /** A program that fails as it is told to. */
  @Command(name = "Failing")
  private static final class Failing implements Callable<Integer> {

    private final Supplier<? extends Throwable> failure;

    @Option(names = "--batch", description = "clips at once")
    private int batch;

    @Option(names = "--threads", description = "threads of the model")
    private int threads;

    @Option(names = "--out")
    private Path out;

    private Failing(Supplier<? extends Throwable> failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      assertThat(batch + threads).isZero();
      assertThat(out).isNull();
      Throwable thrown = failure.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (Exception) thrown;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Java heap space",
        "GC overhead limit exceeded",
        "Requested array size exceeds VM limit",
        "Cannot reserve 4096 bytes of direct buffer memory (allocated: 1, limit: 2)"
      })
  void wantOfJavasMemoryIsOneLineWithWhatHelps(String message) {
    assertThat(said(() -> new OutOfMemoryError(message)))
        .startsWith("Failing: out of memory (" + message + "): allow Java more than its ")
        .contains("MiB by -Xmx")
        .endsWith("; or have it do less at a time by --batch\n")
        .hasLineCount(1);
  }

  @Test
  void wantOfMemoryIsFoundBehindOtherExceptions() {
    assertThat(
            said(
                () ->
                    new CompletionException(
                        new IllegalStateException(new OutOfMemoryError("Java heap space")))))
        .startsWith("Failing: out of memory (Java heap space)")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory:"
            + " you tried to allocate 99 bytes. Error code 12 (Cannot allocate memory)\nframe #0:",
        "[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 99 bytes.\n",
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 1 GiB\nat",
        "std::bad_alloc"
      })
  void wantOfTheModelsMemoryIsOneLineWithWhatHelps(String message) {
    assertThat(said(() -> new EngineException(message)))
        .startsWith("Failing: out of memory (" + message.lines().findFirst().orElseThrow() + "): ")
        .contains("free some of the device's, or take a smaller model")
        .doesNotContain("-Xmx")
        .hasLineCount(1);
  }

  @Test
  void wantOfThreadsIsNoWantOfHeap() {
    assertThat(said(() -> new OutOfMemoryError("unable to create native thread: possibly out of")))
        .contains("ulimit -u")
        .doesNotContain("-Xmx")
        .hasLineCount(1);
  }

  @Test
  void saysWhichPartOfTheLibraryRanOut() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    error.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("java.util.Arrays", "copyOf", "Arrays.java", 1),
          new StackTraceElement("org.mae4j.data.ClipLoader", "load", "ClipLoader.java", 1)
        });

    assertThat(LastWords.of(error, List.of()).orElseThrow())
        .startsWith("out of memory while reading clips (Java heap space): ")
        .doesNotContain("at a time");
  }

  @Test
  void whatAThreadOfAPoolFoundWrongIsOneLine() {
    assertThat(said(() -> new ExecutionException(new IllegalArgumentException("no such file"))))
        .isEqualTo("Failing: no such file\n");
  }

  @Test
  void anEngineThatDoesNotStartIsOneLine() {
    assertThat(said(() -> new EngineException("cannot unpack: let DJL_CACHE_DIR name a folder")))
        .isEqualTo("Failing: cannot unpack: let DJL_CACHE_DIR name a folder\n");
  }

  @Test
  void namesCannotForgeLinesOrColourTheScreen() {
    assertThat(said(() -> new IllegalArgumentException("no video \033[31mred\r.mp4")))
        .isEqualTo("Failing: no video \\u001b[31mred\\r.mp4\n");
  }

  @Test
  void aNameThatCannotBeSaidNamesTheRemedy() {
    String encoding = System.getProperty("sun.jnu.encoding");
    System.setProperty("sun.jnu.encoding", "ANSI_X3.4-1968");
    try {
      assertThat(LastWords.of(new InvalidPathException("/a/\u00e9", "Malformed"), List.of()))
          .hasValue(
              "/a/\u00e9: its name cannot be said in ANSI_X3.4-1968, start with LC_ALL=C.UTF-8");
      assertThat(LastWords.of(new InvalidPathException("/a\0", "Nul character"), List.of()))
          .hasValue("Nul character: /a\\u0000");
    } finally {
      System.setProperty("sun.jnu.encoding", encoding);
    }
  }

  @Test
  void aPathThatIsNoneIsSaidOfItsOption() {
    assertThat(said(() -> new AssertionError("not reached"), "--out", "a\0b"))
        .contains("Invalid value for option '--out'")
        .contains("Nul character")
        .doesNotContain("java.nio");
  }

  @Test
  void aFaultOfTheProgramKeepsItsStack() {
    assertThat(said(() -> new IllegalStateException("a bug")))
        .contains("\tat " + Failing.class.getName());
    assertThat(said(() -> new AssertionError("a bug"))).contains("\tat ");
    assertThat(LastWords.of(new EngineException("shapes differ"), List.of())).isEmpty();
  }

  private static String said(Supplier<? extends Throwable> failure, String... arguments) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(Examples.execute(new Failing(failure), arguments)).isPositive();
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
