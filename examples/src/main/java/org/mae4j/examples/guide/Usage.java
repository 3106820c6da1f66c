package org.mae4j.examples.guide;

import org.mae4j.api.internal.UserHome;
import org.mae4j.examples.support.Examples;

/** What a program of the guide wants to be given. */
final class Usage {

  private Usage() {}

  /**
   * Ends with a line that says how to run a program, unless it was given enough. What its user can
   * put right of what then happens is one line, too.
   */
  static void require(String[] arguments, String program, String... wanted) {
    if (arguments.length < wanted.length) {
      System.err.println("usage: examples/run " + program + " " + String.join(" ", wanted));
      System.exit(Examples.BAD_INPUT);
    }
    UserHome.ensure();
    Thread.currentThread()
        .setUncaughtExceptionHandler((thread, failure) -> Examples.end(program, failure));
  }
}
