package org.mae4j.data.ffmpeg;

import static com.google.common.base.Preconditions.checkState;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.WholeClips;
import org.mae4j.data.internal.WholeFileReader;

/**
 * Reads clips of video files. Safe for use by several threads at once.
 *
 * <p>Each read opens the file, decodes the windows it needs on the calling thread alone, and closes
 * the file. Pixels are as stored: a pixel that the file declares not to be square stays one pixel.
 * Colours are converted by swscale's default (BT.601). Both as in the authors' readers.
 * Interrupting the calling thread ends a read with a {@link
 * java.util.concurrent.CancellationException}.
 */
public final class VideoReader extends WholeFileReader implements AutoCloseable {

  private final PixelBuffers buffers = PixelBuffers.SHARED;
  private final FileDecoder decoder;
  // Empty if this process decodes.
  private final Optional<DecoderProcesses> processes;

  private VideoReader(Builder builder) {
    ReaderSettings settings =
        new ReaderSettings(
            builder.stream,
            builder.rotate,
            builder.timeLimit,
            builder.maxPixels,
            builder.frameRule);
    this.decoder = new FileDecoder(settings, builder.cache);
    this.processes =
        builder.processes == 0
            ? Optional.empty()
            : Optional.of(new DecoderProcesses(builder.processes, settings));
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A reader with the defaults. */
  public static VideoReader create() {
    return builder().build();
  }

  /**
   * Reads one file's clips.
   *
   * <p>A video that is shorter than the window is used whole, its last frame standing in for those
   * beyond the end. So is one whose header does not say how long it is, and one without a frame in
   * the window; these may be decoded twice, so that memory need not hold them. If the size of the
   * picture changes within a clip, its later frames are scaled to the size of the first.
   *
   * @param info of the clips; its id names the file in messages
   * @return {@code request.clips()} clips, which the caller has to close; one and the same,
   *     repeated, if they share a window
   * @throws ClipReadException if the file cannot be read or decoded
   */
  public List<Clip> decode(Path file, ClipInfo info, ClipRequest request) {
    return WholeClips.of(request, buffers, clips -> read(file, info, request, clips));
  }

  /**
   * As {@link #decode(Path, ClipInfo, ClipRequest)}, of a video that is in memory.
   *
   * @param video the bytes of the file
   */
  public List<Clip> decode(byte[] video, ClipInfo info, ClipRequest request) {
    return WholeClips.of(request, buffers, clips -> read(video, info, request, clips));
  }

  /**
   * As {@link #decode(Path, ClipInfo, ClipRequest)}, frame by frame, so that a clip need not be in
   * memory whole. The time that the receiver takes is not limited.
   *
   * @param receiver is shown {@code request.clips()} clips, unless this throws
   */
  public void read(Path file, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    read(new VideoInput.OfPath(file), info, request, receiver);
  }

  /**
   * As {@link #read(Path, ClipInfo, ClipRequest, FrameReceiver)}, of a video that is in memory.
   *
   * @param video the bytes of the file
   */
  public void read(byte[] video, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    read(new VideoInput.OfBytes(video, info.id()), info, request, receiver);
  }

  private void read(VideoInput input, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    if (processes.isPresent()) {
      processes.get().read(input, info, request, receiver);
    } else {
      decoder.read(input, info, request, receiver);
    }
  }

  @Override
  protected Optional<MediaInMemory> load(Path file, ClipInfo info, MemoryBudget budget) {
    checkState(!isIsolated(), "what other processes decode does not come into this one's memory");
    return decoder.load(file, info.id(), budget);
  }

  /**
   * What a file says of itself, without decoding it. {@link ProbeCache#facts} remembers it.
   *
   * @param id names the file in messages
   * @throws ClipReadException if the file cannot be read
   */
  public static VideoFacts facts(Path file, String id) {
    return ContainerProbe.look(file, id).facts();
  }

  /** Whether other processes decode. */
  public boolean isIsolated() {
    return processes.isPresent();
  }

  /**
   * Ends the processes of {@link Builder#optIsolation}; without them there is nothing to close.
   * Clips stay.
   */
  @Override
  public void close() {
    processes.ifPresent(DecoderProcesses::close);
  }

  /** Builds a {@link VideoReader}. */
  public static final class Builder {

    private static final Duration LONGEST = Duration.ofDays(1000);

    private OptionalInt stream = OptionalInt.empty();
    private boolean rotate = true;
    private Duration timeLimit = Duration.ofSeconds(60);
    private long maxPixels = Libav.MAX_PIXELS;
    private FrameSelection frameRule = FrameSelection.TRAINING;
    private int processes;
    private Optional<ProbeCache> cache = Optional.empty();

    private Builder() {}

    /**
     * The stream to decode, as numbered in the file from 0 with all its streams counted. By default
     * the video stream that libav thinks best.
     */
    public Builder optStream(int index) {
      Checks.atLeast(0, index, "stream");
      this.stream = OptionalInt.of(index);
      return this;
    }

    /**
     * Whether to turn frames as the file's metadata says, in steps of 90 degrees; by default yes.
     */
    public Builder optRotate(boolean rotate) {
      this.rotate = rotate;
      return this;
    }

    /**
     * How long a read may stand still, in (0, 1000 days]; by default 60 s. One for which neither
     * bytes nor frames have come for so long is given up, whatever it waits for. One that goes on
     * is named in the log when it has taken so long, once for each file, and given up after 30
     * times as long.
     */
    public Builder optTimeLimit(Duration limit) {
      Checks.require(
          !limit.isNegative() && !limit.isZero() && limit.compareTo(LONGEST) <= 0,
          "time limit must be in (0, 1000 days], but was %s",
          limit);
      this.timeLimit = limit;
      return this;
    }

    /** The largest frame to decode, in pixels, at least 1; by default 8192 x 4320. */
    public Builder optMaxPixels(long pixels) {
      Checks.atLeast(1, pixels, "max pixels");
      this.maxPixels = pixels;
      return this;
    }

    /** Which frames make a clip; by default {@link FrameSelection#TRAINING}. */
    public Builder optFrameRule(FrameSelection rule) {
      this.frameRule = Objects.requireNonNull(rule, "frame rule");
      return this;
    }

    /**
     * Decodes in other processes, so that a file that crashes libav costs one clip and not the run:
     * its read fails with {@link org.mae4j.api.ClipReadException.Stage#CRASH}, and another process
     * takes the place of the one that died. A process from which nothing is heard for the {@link
     * #optTimeLimit time limit} is ended. By default this process decodes.
     *
     * <p>The same clips come out, for the price of up to a second and 100 MB for each process, and
     * of one copy of the pixels more. Files must be of the default file system. The processes run
     * this Java, with as much memory as this one may have at most each, but none of the options in
     * its environment variables; they end with the reader, or with this process. A file is given up
     * at which two die. Jars that lie in another jar are copied into JavaCPP's cache for them.
     *
     * @param processes the most there may be at a time, at least 1; as many as there are threads
     *     that read, else these wait
     */
    public Builder optIsolation(int processes) {
      Checks.require(processes >= 1, "processes must be at least 1, but were %s", processes);
      this.processes = processes;
      return this;
    }

    /**
     * Remembers what is found on opening a file. Neither with {@link #optStream} nor with {@link
     * #optIsolation}: looking through a file is part of what may crash.
     *
     * @param cache stays the caller's to close
     */
    public Builder optProbeCache(ProbeCache cache) {
      this.cache = Optional.of(cache);
      return this;
    }

    /** Makes the reader. */
    public VideoReader build() {
      Checks.require(
          cache.isEmpty() || (processes == 0 && stream.isEmpty()),
          "a probe cache goes neither with a stream of choice nor with decoder processes");
      return new VideoReader(this);
    }
  }
}
