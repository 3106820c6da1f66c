package org.mae4j.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the folder of real videos that tests use where it is at hand; it is no part of the code.
 */
public final class Videos {

  private Videos() {}

  /** The folder; where there is none, the calling test is skipped. */
  public static Path folder() {
    String property = System.getProperty("mae4j.videos");
    if (property != null) {
      return Path.of(property);
    }
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("shared/videos"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "no folder of real videos here");
    return at.resolve("shared/videos");
  }

  /** Whether Java can name files so in the present locale, which may know ASCII only. */
  public static boolean mayBeNamed(String name) {
    return Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode(name);
  }
}
