package org.mae4j.data.internal.copies;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.VideoCopy;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.data.ffmpeg.VideoTranscoder.Written;

/**
 * Makes copies in a folder that several processes may fill: each appears under its name when it is
 * whole, and is made by one of them. What is not finished lies in {@code .unfinished}. Safe for use
 * by several threads at once.
 */
public final class CopyFolder implements AutoCloseable {

  /** What the hidden folder of unfinished copies is called. */
  public static final String UNFINISHED = ".unfinished";

  private static final long LEAST_FREE_BYTES = 256L << 20;

  private final Path folder;
  private final VideoTranscoder transcoder;
  private final CopyClaims claims;

  /**
   * A folder; made with the first copy.
   *
   * @throws IllegalArgumentException if it is of another file system than the default one
   */
  public CopyFolder(Path folder, VideoTranscoder transcoder) {
    Checks.require(
        folder.getFileSystem() == FileSystems.getDefault(),
        "copies can be written into a folder of the default file system only, and %s is none",
        folder);
    this.folder = folder;
    this.transcoder = Objects.requireNonNull(transcoder, "transcoder");
    this.claims = new CopyClaims(folder.resolve(UNFINISHED));
  }

  /** Where the copies go. */
  public Path folder() {
    return folder;
  }

  /** How copies are made. */
  public VideoTranscoder transcoder() {
    return transcoder;
  }

  /** Takes away what processes of this machine have left that were killed. */
  public void clearDead() {
    try {
      claims.clearDead();
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
  }

  /**
   * Makes a copy, unless it is there.
   *
   * @param copy where it is to be, below the folder
   * @return empty if another one, in this process or not, is making it
   * @throws ClipReadException if the original cannot be read
   * @throws IllegalArgumentException if something else is there
   * @throws UncheckedIOException if the copy cannot be written
   */
  public Optional<VideoCopy> make(Original original, Path copy) {
    Optional<VideoCopy> there = find(original, copy);
    if (there.isPresent()) {
      return there;
    }
    String key = folder.relativize(copy).toString();
    return whileClaimed(
        key,
        () -> {
          // It may have been made in between.
          Optional<VideoCopy> since = find(original, copy);
          return since.isPresent() ? since.get() : makeNow(original, copy, key);
        });
  }

  /** What somebody does who has a claim. */
  @FunctionalInterface
  public interface Work<T> {

    /** Does it. */
    T run() throws IOException;
  }

  /**
   * Does something that nobody else is to do meanwhile.
   *
   * @param key names it within the folder
   * @return empty if another one is doing it
   */
  public <T> Optional<T> whileClaimed(String key, Work<T> work) {
    try {
      if (!claims.take(key)) {
        return Optional.empty();
      }
      try {
        return Optional.of(work.run());
      } finally {
        claims.release(key);
      }
    } catch (IOException e) {
      throw cannotWrite(folder.resolve(key), e);
    }
  }

  private Optional<VideoCopy> find(Original original, Path copy) {
    try {
      if (!Files.exists(copy)) {
        return Optional.empty();
      }
      long bytes = Files.size(copy);
      Optional<CopyNote> note = CopyNote.read(copy);
      // Machines that lose their power leave empty files.
      Checks.require(
          note.isPresent() || bytes == 0,
          "%s is there already, and no whole copy of a video: choose another folder for copies, or"
              + " take it away",
          copy);
      return note.filter(found -> fits(found, original, copy))
          .map(found -> VideoCopy.present(original.info(), bytes, found.seconds()));
    } catch (IOException e) {
      throw cannotWrite(copy, e);
    }
  }

  /**
   * Whether a copy is up to date.
   *
   * @throws IllegalArgumentException if it was made otherwise
   */
  public boolean fits(CopyNote note, Original original, Path copy) {
    Checks.require(
        note.settings().equals(transcoder.toString()),
        "%s was made with %s, not with %s: choose another folder for copies, or take it away",
        copy,
        note.settings(),
        transcoder);
    return note.isOf(original);
  }

  private VideoCopy makeNow(Original original, Path copy, String key) throws IOException {
    requireRoom();
    Path unfinished = claims.unfinished(key);
    try {
      // Asked first: an original that is written to meanwhile will be copied again.
      long modified = original.modified();
      Written written = original.copy(transcoder, unfinished);
      new CopyNote(transcoder.toString(), modified, original.digest(), written.seconds())
          .appendTo(unfinished);
      long bytes = Files.size(unfinished);
      Files.createDirectories(copy.toAbsolutePath().getParent());
      Files.move(
          unfinished, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      return VideoCopy.made(original.info(), bytes, written);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void requireRoom() throws IOException {
    FileStore store = Files.getFileStore(folder.resolve(UNFINISHED));
    long free = store.getUsableSpace();
    if (free < LEAST_FREE_BYTES) {
      throw new IOException(
          "only "
              + free / 1_000_000
              + " MB are free there, fewer than the "
              + LEAST_FREE_BYTES / 1_000_000
              + " that are kept; what is copied stays, and another run goes on");
    }
  }

  private static UncheckedIOException cannotWrite(Path file, IOException e) {
    String reason = e.getClass() == IOException.class ? e.getMessage() : e.toString();
    return new UncheckedIOException(file + " cannot be written: " + reason, e);
  }

  @Override
  public void close() {
    claims.close();
  }
}
