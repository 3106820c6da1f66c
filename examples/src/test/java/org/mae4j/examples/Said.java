package org.mae4j.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mae4j.examples.support.Examples;

/** What a program did that was run with some options in this process. */
public record Said(int status, String out, String error) {

  /** Makes and runs one; arguments are made text. */
  public static Said by(Supplier<? extends Callable<Integer>> program, Object... arguments) {
    PrintStream out = System.out;
    PrintStream error = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
      String[] texts = Stream.of(arguments).map(String::valueOf).toArray(String[]::new);
      int status = Examples.execute(program.get(), texts);
      return new Said(
          status,
          said.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(error);
    }
  }

  /** The last line of what it complained of: before it there may be what the engine says. */
  public String complaint() {
    return error.lines().reduce("", (before, line) -> line);
  }
}
