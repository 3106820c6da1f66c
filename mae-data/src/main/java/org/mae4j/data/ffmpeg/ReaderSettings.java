package org.mae4j.data.ffmpeg;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How to read files, whichever process does it.
 *
 * @param stream the stream to decode; empty for the video stream that libav thinks best
 * @param rotate whether to turn frames as the file says
 * @param timeLimit how long a read may stand still
 * @param maxPixels of the largest frame to decode
 * @param frameRule which frames make a clip
 */
record ReaderSettings(
    OptionalInt stream,
    boolean rotate,
    Duration timeLimit,
    long maxPixels,
    FrameSelection frameRule) {

  private static final int NO_STREAM = -1;

  void write(DataOutput output) throws IOException {
    output.writeInt(stream.orElse(NO_STREAM));
    output.writeBoolean(rotate);
    output.writeLong(timeLimit.toNanos());
    output.writeLong(maxPixels);
    output.writeUTF(frameRule.name());
  }

  static ReaderSettings read(DataInput input) throws IOException {
    int stream = input.readInt();
    return new ReaderSettings(
        stream == NO_STREAM ? OptionalInt.empty() : OptionalInt.of(stream),
        input.readBoolean(),
        Duration.ofNanos(input.readLong()),
        input.readLong(),
        FrameSelection.valueOf(input.readUTF()));
  }
}
