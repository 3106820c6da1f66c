package org.mae4j.data;

import com.google.common.util.concurrent.Striped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.ffmpeg.VideoTranscoder;

/**
 * Small copies of videos on disk, from which clips are read many times faster than from large ones.
 * A copy is made when a video is first read, and again when the video is newer than it: the first
 * pass over the videos is slower by the time of copying, all later ones are faster.
 *
 * <p>The trade: copies are ordinary video files, about as large as footage of their size is, and
 * anything can play them; but they are a second lossy coding, pixels are scaled before they are
 * cropped, and the times of frames are rounded to the rate of the copies. Results so differ a
 * little from those on the videos themselves. Raw frames would spare decoding too, for ten times
 * the space: 340 x 256 pixels at 3.75 frames/s are 1 MB for each second of footage.
 */
public final class TranscodedVideos implements ClipSource {

  private static final int LOCKS = 64;

  private final ClipSource videos;
  private final IntFunction<Path> paths;
  private final Path folder;
  private final VideoTranscoder copier;
  private final VideoReader reader;
  private final Striped<Lock> locks = Striped.lock(LOCKS);

  /**
   * Copies of a source's videos.
   *
   * @param videos says which videos there are; closed with this
   * @param paths where each lies
   * @param folder for the copies, each under its video's id with {@code .mp4} added; made if
   *     missing
   * @param copier how to copy; another one wants another folder
   * @param reader reads the copies; stays the caller's to close
   */
  public TranscodedVideos(
      ClipSource videos,
      IntFunction<Path> paths,
      Path folder,
      VideoTranscoder copier,
      VideoReader reader) {
    this.videos = Objects.requireNonNull(videos, "videos");
    this.paths = Objects.requireNonNull(paths, "paths");
    this.folder = Objects.requireNonNull(folder, "folder");
    this.copier = Objects.requireNonNull(copier, "copier");
    this.reader = Objects.requireNonNull(reader, "reader");
  }

  @Override
  public int size() {
    return videos.size();
  }

  @Override
  public ClipInfo info(int index) {
    return videos.info(index);
  }

  @Override
  public List<String> classes() {
    return videos.classes();
  }

  /**
   * Where the copy of a video is, or will be.
   *
   * @throws IllegalArgumentException if the video's id leads out of the folder
   */
  public Path copy(int index) {
    String id = info(index).id();
    Path root = folder.toAbsolutePath().normalize();
    Checks.require(
        root.resolve(id).normalize().startsWith(root),
        "the copy of %s would lie outside %s",
        id,
        folder);
    return folder.resolve(id + ".mp4");
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if a copy cannot be written
   */
  @Override
  public List<Clip> clips(int index, ClipRequest request) {
    Path copy = copy(index);
    Path video = paths.apply(index);
    Lock lock = locks.get(index);
    lock.lock();
    try {
      if (!isFresh(copy, video)) {
        Files.createDirectories(copy.toAbsolutePath().getParent());
        copier.copy(video, info(index).id(), copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the copy " + copy + " cannot be made: " + e, e);
    } finally {
      lock.unlock();
    }
    return reader.decode(copy, info(index), request);
  }

  private static boolean isFresh(Path copy, Path video) throws IOException {
    // A video that is missing is for the copier to report.
    return Files.exists(copy)
        && Files.exists(video)
        && Files.getLastModifiedTime(copy).compareTo(Files.getLastModifiedTime(video)) >= 0;
  }

  @Override
  public void close() {
    videos.close();
  }
}
