package org.mae4j.data.ffmpeg;

import static com.google.common.base.Preconditions.checkState;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ffmpeg.internal.libav.Libav;

/**
 * Encodes RGB frames of a constant rate into a video file.
 *
 * <pre>{@code
 * try (VideoWriter writer = VideoWriter.builder()
 *     .setFile(Path.of("clip.mp4")).setCodec(VideoCodec.MPEG4).setSize(64, 48).setFrameRate(30, 1)
 *     .build()) {
 *   for (ByteBuffer frame : frames) {
 *     writer.write(frame);
 *   }
 *   writer.finish();
 * }
 * }</pre>
 *
 * <p>The file appears under its name, replacing an older one, only when {@link #finish()} succeeds;
 * until then the bytes go to a neighbour of a name of its own that ends in {@code .part}, which
 * {@link #close()} deletes. The same frames and options give the same bytes. Not safe for use by
 * several threads.
 */
public final class VideoWriter implements AutoCloseable {

  /** The most that a frame may have of rows or of columns. */
  static final int MAX_SIDE = 16384;

  /** Accurate rounding, and chroma averaged over all the pixels that share it. */
  private static final int SCALING =
      swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INP;

  /** High enough that libvpx, which wants a ceiling, never meets it. */
  private static final long UNLIMITED_BIT_RATE = 200_000_000;

  private static final double DEFAULT_QUALITY = 0.9;
  private static final int DEFAULT_KEY_FRAME_INTERVAL = 12;

  private final Path file;
  private final Path partial;
  private final VideoCodec codec;
  private final int width;
  private final int height;

  private AVFormatContext container;
  private AVIOContext output;
  private AVCodecContext encoder;
  private AVStream stream;
  private AVPacket packet;
  private AVFrame rgb;
  private ByteBuffer rgbBytes;
  private AVFrame picture;
  private SwsContext converter;
  private long framesWritten;
  private boolean created;
  private boolean open = true;

  private VideoWriter(Builder builder) {
    file = builder.file;
    partial = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    codec = builder.codec;
    width = builder.width;
    height = builder.height;
  }

  /** A builder; file, codec, size and frame rate must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Frames written so far. */
  public long framesWritten() {
    return framesWritten;
  }

  /**
   * Encodes the next frame.
   *
   * @param frame uint8 RGB, (H, W, 3), from its position to its limit; left as it is
   * @throws IllegalArgumentException if its length is not 3*H*W
   * @throws UncheckedIOException if it cannot be encoded or written
   */
  public void write(ByteBuffer frame) {
    checkState(open, "%s is already closed", file);
    Checks.require(
        frame.remaining() == 3 * width * height,
        "a frame of %sx%s RGB has %s bytes, but got %s",
        width,
        height,
        3 * width * height,
        frame.remaining());
    int row = 3 * width;
    for (int y = 0; y < height; y++) {
      rgbBytes.put(y * rgb.linesize(0), frame, frame.position() + y * row, row);
    }
    check(avutil.av_frame_make_writable(picture), WriteStage.ENCODE);
    check(swscale.sws_scale_frame(converter, picture, rgb), WriteStage.ENCODE);
    picture.pts(framesWritten);
    picture.duration(1);
    encode(picture);
    framesWritten++;
  }

  /**
   * Writes what the encoder still holds and the end of the file, and gives the file its name.
   *
   * @throws UncheckedIOException if that fails or no frame was written; there is no file then
   */
  public void finish() {
    finish(complete -> {});
  }

  /**
   * As {@link #finish()}, with a look at the file before it gets its name.
   *
   * @param check gets the file under the name it has until then; where it throws, there is no file
   */
  void finish(Consumer<Path> check) {
    checkState(open, "%s is already closed", file);
    try {
      if (framesWritten == 0) {
        throw WriteStage.FINISH.failure(file, "no frame was written");
      }
      encode(null);
      check(avformat.av_write_trailer(container), WriteStage.FINISH);
      AVIOContext closing = output;
      output = null;
      check(avformat.avio_closep(closing), WriteStage.FINISH);
      check.accept(partial);
      Files.move(
          partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw WriteStage.FINISH.failure(file, e.toString(), e);
    } finally {
      close();
    }
  }

  /** Frees everything; what was not finished is deleted. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    swscale.sws_freeContext(converter);
    avutil.av_frame_free(picture);
    avutil.av_frame_free(rgb);
    avcodec.av_packet_free(packet);
    if (encoder != null) { // the one of these functions that does not take null
      avcodec.avcodec_free_context(encoder);
    }
    if (output != null) {
      avformat.avio_closep(output);
    }
    avformat.avformat_free_context(container);
    try {
      if (created) {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw WriteStage.FINISH.failure(file, "cannot delete " + partial, e);
    }
  }

  private void encode(AVFrame frame) {
    check(avcodec.avcodec_send_frame(encoder, frame), WriteStage.ENCODE);
    while (true) {
      int result = avcodec.avcodec_receive_packet(encoder, packet);
      if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
        return;
      }
      check(result, WriteStage.ENCODE);
      packet.stream_index(stream.index());
      avcodec.av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
      check(avformat.av_interleaved_write_frame(container, packet), WriteStage.WRITE);
    }
  }

  private void openAll(Builder builder) {
    AVOutputFormat format = avformat.av_guess_format(null, file.getFileName().toString(), null);
    if (format == null) {
      throw WriteStage.CONTAINER.failure(
          file, "no container is known by this extension; try .mp4 or .mkv");
    }
    AVCodec implementation = avcodec.avcodec_find_encoder_by_name(codec.encoder());
    if (implementation == null) {
      throw WriteStage.ENCODER.failure(
          file, "this build of FFmpeg has no encoder " + codec.encoder());
    }
    if (avformat.avformat_query_codec(format, implementation.id(), avcodec.FF_COMPLIANCE_NORMAL)
        == 0) {
      throw WriteStage.CONTAINER.failure(file, format.name().getString() + " cannot hold " + codec);
    }
    openEncoder(builder, format, implementation);
    openFrames();
    openFile(builder, format);
  }

  private void openEncoder(Builder builder, AVOutputFormat format, AVCodec implementation) {
    encoder = allocated(avcodec.avcodec_alloc_context3(implementation), WriteStage.ENCODER);
    encoder.width(width).height(height).pix_fmt(codec.pixelFormat()).thread_count(1);
    encoder.time_base().num(builder.rateDenominator).den(builder.rateNumerator);
    encoder.framerate().num(builder.rateNumerator).den(builder.rateDenominator);
    if (codec.keyFramesOnly()) {
      encoder.gop_size(1);
    } else {
      boolean chosen = builder.keyFrameInterval != null;
      encoder.gop_size(chosen ? builder.keyFrameInterval : DEFAULT_KEY_FRAME_INTERVAL);
    }
    encoder.max_b_frames(builder.bFrames);
    encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_BITEXACT);
    if ((format.flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
      encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    if (!codec.lossless()) {
      encoder.colorspace(avutil.AVCOL_SPC_SMPTE170M);
      encoder.color_range(codec.colourRange());
      double quality = builder.quality == null ? DEFAULT_QUALITY : builder.quality;
      constantQuantiser(codec.quantiser(quality));
    }
    for (Map.Entry<String, String> option : codec.options().entrySet()) {
      check(
          avutil.av_opt_set(
              encoder, option.getKey(), option.getValue(), avutil.AV_OPT_SEARCH_CHILDREN),
          WriteStage.ENCODER);
    }
    check(avcodec.avcodec_open2(encoder, implementation, (AVDictionary) null), WriteStage.ENCODER);
  }

  /** Each encoder family reads the quantiser from another place; all heed its two limits. */
  private void constantQuantiser(int quantiser) {
    encoder.qmin(quantiser).qmax(quantiser);
    switch (codec) {
      case MPEG4, MJPEG -> {
        encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_QSCALE);
        encoder.global_quality(quantiser * avutil.FF_QP2LAMBDA);
      }
      case VP8, VP9, AV1 -> {
        encoder.bit_rate(codec == VideoCodec.VP8 ? UNLIMITED_BIT_RATE : 0);
        check(avutil.av_opt_set_int(encoder.priv_data(), "crf", quantiser, 0), WriteStage.ENCODER);
      }
      default -> {}
    }
  }

  private void openFrames() {
    rgb = frame(avutil.AV_PIX_FMT_RGB24);
    rgbBytes = rgb.data(0).capacity((long) rgb.linesize(0) * height).asByteBuffer();
    picture = frame(codec.pixelFormat());
    if (!codec.lossless()) {
      picture.colorspace(avutil.AVCOL_SPC_SMPTE170M);
      picture.color_range(codec.colourRange());
    }
    packet = allocated(avcodec.av_packet_alloc(), WriteStage.ENCODER);
    converter =
        allocated(
            swscale.sws_getContext(
                width,
                height,
                avutil.AV_PIX_FMT_RGB24,
                width,
                height,
                codec.pixelFormat(),
                SCALING,
                null,
                null,
                (DoublePointer) null),
            WriteStage.ENCODER);
    if (!codec.lossless()) {
      var bt601 = swscale.sws_getCoefficients(swscale.SWS_CS_SMPTE170M);
      int fullRange = codec.colourRange() == avutil.AVCOL_RANGE_JPEG ? 1 : 0;
      int unit = 1 << 16;
      check(
          swscale.sws_setColorspaceDetails(converter, bt601, 1, bt601, fullRange, 0, unit, unit),
          WriteStage.ENCODER);
    }
  }

  private AVFrame frame(int pixelFormat) {
    AVFrame frame = allocated(avutil.av_frame_alloc(), WriteStage.ENCODER);
    frame.width(width).height(height).format(pixelFormat);
    int result = avutil.av_frame_get_buffer(frame, 0);
    if (result < 0) {
      avutil.av_frame_free(frame);
    }
    check(result, WriteStage.ENCODER);
    return frame;
  }

  private void openFile(Builder builder, AVOutputFormat format) {
    container = new AVFormatContext(null);
    // Without the protocol's name a colon in a path would be taken for one.
    try (BytePointer url =
        new BytePointer("file:" + partial.toAbsolutePath(), StandardCharsets.UTF_8)) {
      openFile(builder, format, url);
    }
  }

  private void openFile(Builder builder, AVOutputFormat format, BytePointer url) {
    check(avformat.avformat_alloc_output_context2(container, format, null, url), WriteStage.OPEN);
    container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    stream = allocated(avformat.avformat_new_stream(container, null), WriteStage.OPEN);
    AVRational rate = encoder.framerate();
    stream.time_base(encoder.time_base()).avg_frame_rate(rate).r_frame_rate(rate);
    check(avcodec.avcodec_parameters_from_context(stream.codecpar(), encoder), WriteStage.OPEN);
    if (builder.rotation != 0) {
      String name = format.name().getString();
      if (!name.equals("mp4") && !name.equals("mov")) {
        throw WriteStage.CONTAINER.failure(
            file, name + " cannot hold a rotation, only mp4 and mov can");
      }
      rotate(stream.codecpar(), builder.rotation);
    }
    AVIOContext opened = new AVIOContext(null);
    check(
        avformat.avio_open2(opened, url, avformat.AVIO_FLAG_WRITE, null, (AVDictionary) null),
        WriteStage.OPEN);
    output = opened;
    created = true;
    container.pb(output);
    AVDictionary options = new AVDictionary(null);
    try {
      if (builder.indexFirst) {
        avutil.av_dict_set(options, "movflags", "faststart", 0);
      }
      check(avformat.avformat_write_header(container, options), WriteStage.OPEN);
    } finally {
      avutil.av_dict_free(options);
    }
  }

  private void rotate(AVCodecParameters parameters, int clockwiseDegrees) {
    AVPacketSideData list = new AVPacketSideData(null);
    int[] entries = {0};
    AVPacketSideData matrix =
        allocated(
            avcodec.av_packet_side_data_new(
                list, entries, avcodec.AV_PKT_DATA_DISPLAYMATRIX, 9L * Integer.BYTES, 0),
            WriteStage.OPEN);
    parameters.coded_side_data(list).nb_coded_side_data(entries[0]);
    avutil.av_display_rotation_set(new IntPointer(matrix.data()), clockwiseDegrees);
  }

  private <T> T allocated(T structure, WriteStage stage) {
    if (structure == null) {
      throw stage.failure(file, "out of memory");
    }
    return structure;
  }

  private void check(int result, WriteStage stage) {
    if (result < 0) {
      throw stage.failure(file, Libav.describe(result));
    }
  }

  /** What to write. */
  public static final class Builder {

    private Path file;
    private VideoCodec codec;
    private int width;
    private int height;
    private int rateNumerator;
    private int rateDenominator;
    private Double quality;
    private Integer keyFrameInterval;
    private int bFrames;
    private int rotation;
    private boolean indexFirst;

    private Builder() {}

    /** The file; its extension decides the container. Its folder must exist. */
    public Builder setFile(Path file) {
      this.file = file;
      return this;
    }

    /** The codec. */
    public Builder setCodec(VideoCodec codec) {
      this.codec = codec;
      return this;
    }

    /** W and H in pixels, in [1, 16384] each, even for H.264; some encoders ask for at least 16. */
    public Builder setSize(int width, int height) {
      this.width = width;
      this.height = height;
      return this;
    }

    /** Frames/s as a fraction: 30000/1001 is 29.97. */
    public Builder setFrameRate(int numerator, int denominator) {
      this.rateNumerator = numerator;
      this.rateDenominator = denominator;
      return this;
    }

    /**
     * Linear in the codec's quantiser, which is the same for all frames: 0 is the coarsest, 1 the
     * finest, 0.9 the default. A lossless codec takes no quality.
     */
    public Builder optQuality(double quality) {
      this.quality = quality;
      return this;
    }

    /** Frames from one key frame to the next, at least 1, by default 12. */
    public Builder optKeyFrameInterval(int frames) {
      this.keyFrameInterval = frames;
      return this;
    }

    /** B-frames between two others, by default 0; only where {@link VideoCodec#hasBFrames()}. */
    public Builder optBFrames(int frames) {
      this.bFrames = frames;
      return this;
    }

    /**
     * How far players should turn the picture clockwise: 0 (the default), 90, 180 or 270 degrees.
     * The stored pixels stay as they are. For mp4 and mov.
     */
    public Builder optRotation(int degrees) {
      this.rotation = degrees;
      return this;
    }

    /** Moves the index of an mp4 or mov to its beginning, where readers look first. */
    Builder optIndexFirst() {
      this.indexFirst = true;
      return this;
    }

    /**
     * Opens the file.
     *
     * @throws IllegalArgumentException if a value is out of range
     * @throws UncheckedIOException if the container, the codec and the size do not go together or
     *     the file cannot be created
     */
    public VideoWriter build() {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(codec, "codec");
      Checks.require(
          width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE,
          "size must be in [1, %s] each way, but was %sx%s",
          MAX_SIDE,
          width,
          height);
      Checks.require(
          !codec.evenSidesOnly() || (width % 2 == 0 && height % 2 == 0),
          "%s needs even sides, but the size was %sx%s",
          codec,
          width,
          height);
      Checks.require(
          rateNumerator >= 1 && rateDenominator >= 1,
          "frame rate must be positive, but was %s/%s",
          rateNumerator,
          rateDenominator);
      Checks.require(
          quality == null || !codec.lossless(), "%s is lossless and takes no quality", codec);
      Checks.require(
          quality == null || (quality >= 0 && quality <= 1),
          "quality must be in [0, 1], but was %s",
          quality);
      Checks.require(
          keyFrameInterval == null || !codec.keyFramesOnly(),
          "%s has key frames only and takes no interval",
          codec);
      Checks.require(
          keyFrameInterval == null || keyFrameInterval >= 1,
          "key frame interval must be at least 1, but was %s",
          keyFrameInterval);
      Checks.require(
          bFrames == 0 || (codec.hasBFrames() && bFrames > 0 && bFrames <= 16),
          "B-frames must be %s for %s, but were %s",
          codec.hasBFrames() ? "in [0, 16]" : "0",
          codec,
          bFrames);
      Checks.require(
          rotation == 0 || rotation == 90 || rotation == 180 || rotation == 270,
          "rotation must be 0, 90, 180 or 270 degrees, but was %s",
          rotation);
      Libav.start((long) width * height);
      VideoWriter writer = new VideoWriter(this);
      try {
        writer.openAll(this);
        return writer;
      } catch (RuntimeException | Error e) {
        writer.close();
        throw e;
      }
    }
  }
}
