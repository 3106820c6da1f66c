package org.mae4j.data.ffmpeg;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.ffmpeg.internal.FrameSequence;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.Orientation;

/** The frames of an open file, decoded as they are asked for. */
final class StreamFrames implements FrameSequence, AutoCloseable {

  private static final List<String> ONE_OF_SEVERAL =
      List.of("several video streams, of which libav's best is read");

  private final VideoStream video;
  private final StreamTiming timing;
  private final Orientation orientation;
  private final FrameConverter converter;

  /** The stream stays the caller's to close, after this. */
  StreamFrames(VideoStream video, boolean rotate) {
    this.video = video;
    this.timing = video.timing();
    this.orientation = rotate ? video.orientation() : Orientation.AS_STORED;
    this.converter = new FrameConverter(orientation);
  }

  @Override
  public StreamTiming timing() {
    return timing;
  }

  @Override
  public Optional<FrameTimes> listedTimes() {
    return video.listedTimes();
  }

  @Override
  public Orientation orientation() {
    return orientation;
  }

  @Override
  public void seek(long pts) {
    video.seek(pts);
  }

  @Override
  public Optional<FrameTimes> seek(
      long first, long last, boolean oneMore, Function<FrameTimes, long[]> choice) {
    return video.seek(first, last, oneMore, choice);
  }

  @Override
  public boolean next() {
    return video.next();
  }

  @Override
  public boolean isAtEnd() {
    return video.isAtEnd();
  }

  @Override
  public Frame current() {
    return new Decoded(video.current(), video.currentPts());
  }

  @Override
  public Frame previous() {
    return new Decoded(video.previous(), video.previousPts());
  }

  @Override
  public List<String> remarks() {
    return video.isOneOfSeveral() ? ONE_OF_SEVERAL : List.of();
  }

  @Override
  public ClipReadException noFrames() {
    return video.noFrames();
  }

  @Override
  public ClipReadException failure(Stage stage, String reason) {
    return video.failure(stage, reason);
  }

  /** Whether anything that was read so far is damaged. */
  boolean areDamaged() {
    return video.isDamaged();
  }

  @Override
  public void close() {
    converter.close();
  }

  private final class Decoded implements Frame {

    private final AVFrame frame;
    private final long pts;

    Decoded(AVFrame frame, long pts) {
      this.frame = frame;
      this.pts = pts;
    }

    @Override
    public long pts() {
      return pts;
    }

    @Override
    public int width() {
      return frame.width();
    }

    @Override
    public int height() {
      return frame.height();
    }

    @Override
    public void write(int newWidth, int newHeight, Rectangle part, ByteBuffer pixels, int offset) {
      int code = converter.convert(frame, newWidth, newHeight, part, pixels, offset);
      if (code < 0) {
        throw failure(Stage.CONVERT, Libav.describe(code));
      }
    }
  }
}
