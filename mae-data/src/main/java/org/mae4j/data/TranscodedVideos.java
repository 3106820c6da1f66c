package org.mae4j.data;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.data.internal.copies.CopyFolder;
import org.mae4j.data.internal.copies.CopyRun;
import org.mae4j.data.internal.copies.Original;

/**
 * Small copies of a dataset's videos, from which clips are read many times faster. {@link #makeAll}
 * makes them; what is missing when a clip of it is asked for is made then.
 *
 * <p>A copy has its video's id as its path within the folder, whatever that ends in, though it is
 * QuickTime's MOV: so the folder can be read as the one of the videos was, with the same ids,
 * labels, manifests and splits. It appears under its name when it is whole and has been read back.
 * Several processes, on one machine or many, may fill one folder: each copy is made by one of them,
 * and what one that was killed was at is made by another. A copy whose video was changed since, by
 * its size and pieces of it, is made again; originals are never touched, and nothing is written
 * over that is no copy.
 *
 * <pre>{@code
 * try (TranscodedVideos copies = TranscodedVideos.of(VideoFolder.of(videos), folder)) {
 *   copies.makeAll(8, copy -> System.out.println(copy.video().id() + " " + copy.state()));
 * }
 * ClipDataset small = VideoFolder.of(folder);
 * }</pre>
 *
 * <p>The trade: copies are a second lossy coding, pixels are scaled before they are cropped, and
 * the times of frames are rounded to the rate of the copies. docs/footage.md has figures.
 */
public final class TranscodedVideos implements ClipSource {

  private static final long PAUSE_MILLIS = 100;

  private final ClipDataset videos;
  private final CopyFolder copies;
  private final VideoReader reader;

  /**
   * Copies of a dataset's videos.
   *
   * @param folder for the copies; made if missing
   * @param transcoder how to copy; another one wants another folder
   * @param reader reads the copies; stays the caller's to close
   * @throws IllegalArgumentException if the id of a video leads out of the folder, or the folder is
   *     of another file system than the default one
   */
  public TranscodedVideos(
      ClipDataset videos, Path folder, VideoTranscoder transcoder, VideoReader reader) {
    this.videos = Objects.requireNonNull(videos, "videos");
    this.copies = new CopyFolder(folder, transcoder);
    this.reader = Objects.requireNonNull(reader, "reader");
    Path root = folder.toAbsolutePath().normalize();
    for (ClipInfo video : videos.clips()) {
      Path copy = root.resolve(video.id()).normalize();
      Checks.require(
          copy.startsWith(root) && !copy.equals(root),
          "the copy of %s would lie outside %s",
          video.id(),
          folder);
    }
  }

  /** Copies for the paper's sampling, {@link VideoTranscoder#of}, read with the defaults. */
  public static TranscodedVideos of(ClipDataset videos, Path folder) {
    return new TranscodedVideos(
        videos, folder, VideoTranscoder.of(FrameSampling.PAPER), VideoReader.create());
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

  /** Where the copy of a video is, or will be. */
  public Path copy(int index) {
    return copies.folder().resolve(videos.info(index).id());
  }

  /**
   * Makes all copies that are missing. Where others make some at the same time it waits for these.
   *
   * @param threads each copies one video at a time
   * @param listener is told each copy as it comes, by one thread at a time
   * @return in the order of the videos
   * @throws UncheckedIOException if a copy cannot be written
   * @throws IllegalArgumentException if anything but a copy made by the same settings lies where a
   *     copy is to be
   * @throws CancellationException if the calling thread was interrupted
   */
  public List<VideoCopy> makeAll(int threads, Consumer<VideoCopy> listener) {
    copies.clearDead();
    return CopyRun.of(size(), this::info, this::make, threads, listener);
  }

  private Optional<VideoCopy> make(int index) {
    return copies.make(Original.of(videos.path(index), videos.info(index)), copy(index));
  }

  /** Those of the videos whose copies are there, read from the copies. */
  public ClipDataset dataset() {
    List<ClipInfo> there =
        IntStream.range(0, size())
            .filter(i -> Files.isRegularFile(copy(i)))
            .mapToObj(this::info)
            .toList();
    return new ClipDataset(
        "copies of " + videos.name(), copies.folder(), there, classes(), ClipReader.of(reader));
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if a copy cannot be written
   */
  @Override
  public List<Clip> clips(int index, ClipRequest request) {
    return reader.decode(made(index), info(index), request);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if a copy cannot be written
   */
  @Override
  public void read(int index, ClipRequest request, FrameReceiver receiver) {
    reader.read(made(index), info(index), request, receiver);
  }

  private Path made(int index) {
    while (make(index).isEmpty()) {
      pause();
    }
    return copy(index);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while another one copies a video");
    }
  }

  @Override
  public void close() {
    copies.close();
    videos.close();
  }
}
