package org.mae4j.data.ffmpeg;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.internal.Messages;

/** What one process asks another to read. Random draws are made by the one that asks. */
record RemoteRequest(VideoInput input, String id, ClipRequest request) {

  /** A clip draws the start of its window each time it is placed, and once more in the whole. */
  private static final int DRAWS_PER_CLIP = ClipSampler.MOST_PLACEMENTS + 1;

  private static final int NO_BYTES = -1;
  private static final int RANDOM = 0;
  private static final int FRACTION = 1;
  private static final int UNIFORM = 2;

  RemoteRequest {
    request =
        new ClipRequest(
            request.sampling(),
            request.placement(),
            request.clips(),
            request.sharedWindow(),
            Recorded.of(request));
  }

  /** All but the bytes of a video in memory, which go behind it. */
  void write(DataOutput output) throws IOException {
    Messages.writeText(output, id);
    if (input instanceof VideoInput.OfPath file) {
      output.writeInt(NO_BYTES);
      Messages.writeText(output, file.path().toAbsolutePath().toString());
    } else if (input instanceof VideoInput.OfBytes memory) {
      output.writeInt(memory.bytes().length);
    }
    FrameSampling sampling = request.sampling();
    output.writeInt(sampling.frames());
    output.writeDouble(sampling.stride());
    output.writeDouble(sampling.nominalRate());
    output.writeInt(request.clips());
    output.writeBoolean(request.sharedWindow());
    if (request.placement() instanceof WindowPlacement.AtFraction at) {
      output.writeByte(FRACTION);
      output.writeDouble(at.fraction());
    } else if (request.placement() instanceof WindowPlacement.Uniform uniform) {
      output.writeByte(UNIFORM);
      output.writeInt(uniform.index());
      output.writeInt(uniform.count());
    } else {
      output.writeByte(RANDOM);
      for (double draw : ((Recorded) request.random()).draws) {
        output.writeDouble(draw);
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param bytes what brings the video itself where it is in memory
   */
  static RemoteRequest read(DataInput input, ReadableByteChannel bytes) throws IOException {
    String id = Messages.readText(input);
    int length = input.readInt();
    VideoInput video;
    if (length == NO_BYTES) {
      video = new VideoInput.OfPath(Path.of(Messages.readText(input)));
    } else {
      ByteBuffer memory = ByteBuffer.allocate(length);
      Messages.receiveAll(bytes, memory);
      video = new VideoInput.OfBytes(memory.array(), id);
    }
    FrameSampling sampling =
        new FrameSampling(input.readInt(), input.readDouble(), input.readDouble());
    int clips = input.readInt();
    boolean shared = input.readBoolean();
    RandomGenerator none = new Recorded(new double[0]);
    ClipRequest request =
        switch (input.readByte()) {
          case FRACTION ->
              new ClipRequest(
                  sampling,
                  new WindowPlacement.AtFraction(input.readDouble()),
                  clips,
                  shared,
                  none);
          case UNIFORM ->
              new ClipRequest(
                  sampling,
                  new WindowPlacement.Uniform(input.readInt(), input.readInt()),
                  clips,
                  shared,
                  none);
          default -> {
            double[] draws = new double[draws(clips, shared)];
            for (int i = 0; i < draws.length; i++) {
              draws[i] = input.readDouble();
            }
            yield new ClipRequest(
                sampling, WindowPlacement.random(), clips, shared, new Recorded(draws));
          }
        };
    return new RemoteRequest(video, id, request);
  }

  private static int draws(int clips, boolean shared) {
    return shared ? DRAWS_PER_CLIP : DRAWS_PER_CLIP * clips;
  }

  /** Draws that were made elsewhere. */
  private static final class Recorded implements RandomGenerator {

    private final double[] draws;
    private int next;

    Recorded(double[] draws) {
      this.draws = draws;
    }

    /** So that one request can be made of one process after another. */
    static Recorded of(ClipRequest request) {
      if (request.random() instanceof Recorded recorded) {
        return recorded;
      }
      boolean random = request.placement() instanceof WindowPlacement.Random;
      int count = random ? RemoteRequest.draws(request.clips(), request.sharedWindow()) : 0;
      return new Recorded(
          DoubleStream.generate(request.random()::nextDouble).limit(count).toArray());
    }

    @Override
    public double nextDouble() {
      return draws[next++];
    }

    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("a window is placed by nextDouble alone");
    }
  }

  /** What the first byte of a decoder process's answer to a request says. */
  static final class Answer {

    /** How many clips follow; then each, its shape and timestamps before its pixels. */
    static final int CLIPS = 0;

    /** The stage and the reason at which reading failed follow. */
    static final int BROKEN_FILE = 1;

    /** What went wrong that is not the file's fault follows. */
    static final int FAULT = 2;

    /** Reading goes on; another answer follows. */
    static final int GOES_ON = 3;

    private Answer() {}
  }
}
