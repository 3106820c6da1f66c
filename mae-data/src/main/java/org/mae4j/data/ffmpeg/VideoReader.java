package org.mae4j.data.ffmpeg;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;

/**
 * Reads clips of video files. Safe for use by several threads at once.
 *
 * <p>Each read opens the file, decodes the windows it needs on the calling thread alone, and closes
 * the file. Pixels are as stored: a pixel that the file declares not to be square stays one pixel.
 * Colours are converted by swscale's default (BT.601). Both as in the authors' readers.
 * Interrupting the calling thread ends a read with a {@link
 * java.util.concurrent.CancellationException}.
 */
public final class VideoReader {

  private final OptionalInt stream;
  private final boolean rotate;
  private final Duration timeLimit;
  private final long maxPixels;
  private final FrameRule frameRule;
  private final PixelBuffers buffers = new PixelBuffers();

  private VideoReader(Builder builder) {
    this.stream = builder.stream;
    this.rotate = builder.rotate;
    this.timeLimit = builder.timeLimit;
    this.maxPixels = builder.maxPixels;
    this.frameRule = builder.frameRule;
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
   * the window; these are decoded twice, so that memory need not hold them. If the size of the
   * picture changes within a clip, its later frames are scaled to the size of the first.
   *
   * @param info of the clips; its id names the file in messages
   * @return {@code request.clips()} clips, which the caller has to close; one and the same,
   *     repeated, if they share a window
   * @throws ClipReadException if the file cannot be read or decoded
   */
  public List<Clip> read(Path file, ClipInfo info, ClipRequest request) {
    Libav.start();
    try (ReadWatch watch = new ReadWatch(info.id(), timeLimit);
        VideoStream video = VideoStream.open(file, info.id(), stream, maxPixels, watch);
        ClipSampler sampler = new ClipSampler(video, info, frameRule, rotate, buffers)) {
      return sampler.sample(request);
    }
  }

  /** Builds a {@link VideoReader}. */
  public static final class Builder {

    private static final Duration LONGEST = Duration.ofDays(1000);

    private OptionalInt stream = OptionalInt.empty();
    private boolean rotate = true;
    private Duration timeLimit = Duration.ofSeconds(60);
    private long maxPixels = 8192L * 4320;
    private FrameRule frameRule = FrameRule.TRAINING;

    private Builder() {}

    /**
     * The stream to decode, as numbered in the file from 0 with all its streams counted. By default
     * the video stream that libav thinks best.
     */
    public Builder optStream(int index) {
      checkArgument(index >= 0, "stream must be at least 0, but was %s", index);
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

    /** The time after which a read is given up, in (0, 1000 days]; by default 60 s. */
    public Builder optTimeLimit(Duration limit) {
      checkArgument(
          !limit.isNegative() && !limit.isZero() && limit.compareTo(LONGEST) <= 0,
          "time limit must be in (0, 1000 days], but was %s",
          limit);
      this.timeLimit = limit;
      return this;
    }

    /** The largest frame to decode, in pixels, at least 1; by default 8192 x 4320. */
    public Builder optMaxPixels(long pixels) {
      checkArgument(pixels >= 1, "max pixels must be at least 1, but was %s", pixels);
      this.maxPixels = pixels;
      return this;
    }

    /** Which frames make a clip; by default {@link FrameRule#TRAINING}. */
    public Builder optFrameRule(FrameRule rule) {
      this.frameRule = Objects.requireNonNull(rule, "frame rule");
      return this;
    }

    /** Makes the reader. */
    public VideoReader build() {
      return new VideoReader(this);
    }
  }
}
