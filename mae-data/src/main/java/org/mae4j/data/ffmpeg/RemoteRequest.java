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
import org.mae4j.api.frames.FrameReceiver.Rectangle;
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

  /** Of a message to write a part of a frame. */
  static void writePart(Rectangle part, DataOutput output) throws IOException {
    output.writeInt(part.top());
    output.writeInt(part.left());
    output.writeInt(part.height());
    output.writeInt(part.width());
  }

  /** Reads what {@link #writePart} wrote. */
  static Rectangle readPart(DataInput input) throws IOException {
    return new Rectangle(input.readInt(), input.readInt(), input.readInt(), input.readInt());
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

  /**
   * What the first byte of a decoder process's message says. Behind each of the first four it waits
   * for {@link Command}s.
   */
  static final class Answer {

    /** A clip begins; its number, how many it stands for, and its shape follow. */
    static final int BEGIN = 0;

    /** There is a frame. */
    static final int FRAME = 1;

    /** The frame before is the next one, too. */
    static final int AGAIN = 2;

    /** The clip is whole; its timestamps and remarks follow. */
    static final int END = 3;

    /** All clips are there. */
    static final int DONE = 4;

    /** The stage and the reason at which reading failed follow. */
    static final int BROKEN_FILE = 5;

    /** What went wrong that is not the file's fault follows. */
    static final int FAULT = 6;

    /** Reading goes on; another answer follows. */
    static final int GOES_ON = 7;

    private Answer() {}
  }

  /** What the first byte of a message to a decoder process says while it reads. */
  static final class Command {

    /** To go on. */
    static final int NEXT = 0;

    /** To send a part of the frame, which follows; nothing but its pixels is the answer. */
    static final int WRITE = 1;

    /** To read no more; there is no answer. */
    static final int STOP = 2;

    private Command() {}
  }
}
