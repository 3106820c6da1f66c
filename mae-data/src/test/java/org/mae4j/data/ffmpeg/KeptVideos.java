package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Small videos of encoders that the build does not have; a README says how they were made. */
final class KeptVideos {

  private static final Path FOLDER = Path.of("src/test/resources/videos");

  private KeptVideos() {}

  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> !file.toString().endsWith(".md")).sorted().toList();
    }
  }

  static Path of(String name) {
    return FOLDER.resolve(name);
  }
}
