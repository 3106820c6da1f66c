package org.mae4j.examples.nursery;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.mae4j.api.internal.WholeFile;

/**
 * The list of a nursery's files, written last: a folder without it is unfinished.
 *
 * <p>The first line says how the nursery was drawn, the second names the columns, and each other
 * line is one file with what it shows and the SHA-256 of its bytes.
 */
final class NurseryManifest {

  static final String NAME = "nursery.csv";

  private static final String COLUMNS = "path,motion,room,shape,frames,codec,rate,sha256";

  private NurseryManifest() {}

  /** Writes the list of files, which must all be there, and returns its own SHA-256. */
  static String write(Path folder, String settings, List<NurseryFile> files) throws IOException {
    String text = text(folder, settings, files);
    WholeFile.write(folder.resolve(NAME), text);
    return hash(text);
  }

  /** Whether the folder holds exactly these files, every byte of them. */
  static boolean matches(Path folder, String settings, List<NurseryFile> files) throws IOException {
    if (!Files.exists(folder.resolve(NAME)) || !hasAll(folder, files)) {
      return false;
    }
    String found = read(folder);
    return found.startsWith(settings + "\n") && found.equals(text(folder, settings, files));
  }

  /** The SHA-256 of a folder's list. */
  static String hash(Path folder) throws IOException {
    return hash(read(folder));
  }

  private static boolean hasAll(Path folder, List<NurseryFile> files) {
    return files.stream().allMatch(one -> Files.isRegularFile(folder.resolve(one.path())));
  }

  private static String read(Path folder) throws IOException {
    return Files.readString(folder.resolve(NAME));
  }

  private static String text(Path folder, String settings, List<NurseryFile> files)
      throws IOException {
    try {
      return files.parallelStream()
          .map(file -> row(folder, file))
          .collect(Collectors.joining("\n", settings + "\n" + COLUMNS + "\n", "\n"));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String row(Path folder, NurseryFile file) {
    try {
      return String.join(
          ",",
          file.path(),
          file.motion().className(),
          file.room().className(),
          file.shape().className(),
          String.valueOf(file.frames()),
          file.format(),
          file.rate(),
          MoreFiles.asByteSource(folder.resolve(file.path())).hash(Hashing.sha256()).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
  }
}
