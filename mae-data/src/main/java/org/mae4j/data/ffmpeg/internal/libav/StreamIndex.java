package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entries_count;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entry;

import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.mae4j.data.ffmpeg.internal.FrameTimes;

/** The packets of a stream as listed at the head of a file, or at its end, and read on opening. */
final class StreamIndex {

  /** As AVI files count them: some count fields, and frames that are not there. */
  private static final int MOST_FRAMES_A_PACKET = 4;

  // Decoding times: how far they are apart is how long frames are shown, in another order.
  private final long[] times;
  private final int[] flags;
  private final boolean anyIsEmpty;
  private final boolean isMov;
  private final boolean isComplete;
  private final boolean isMissing;

  StreamIndex(AVFormatContext format, AVStream stream) {
    String container = format.iformat().name().getString();
    isMov = container.startsWith("mov,");
    int size = isMov || container.equals("avi") ? avformat_index_get_entries_count(stream) : 0;
    times = new long[size];
    flags = new int[size];
    boolean empty = false;
    if (size > 0) {
      // One pointer moved along: one for each of the hundred thousand of an hour takes 10 ms.
      AVIndexEntry entry = avformat_index_get_entry(stream, 0);
      for (int i = 0; i < size; i++) {
        entry.position(i);
        times[i] = entry.timestamp();
        flags[i] = entry.flags();
        empty |= entry.size() == 0;
      }
    }
    anyIsEmpty = empty;
    // Fragments are listed as they come, and no number of frames is declared.
    // Of an AVI file that breaks off, or was written to a pipe, only what was read so far is known.
    isMissing = container.equals("avi") && size < stream.nb_frames() / MOST_FRAMES_A_PACKET;
    isComplete = size > 1 && stream.nb_frames() > 0 && !isMissing;
  }

  /** Whether it should be there and is not, so that the declared length is not to be trusted. */
  boolean isMissing() {
    return isMissing;
  }

  /** Whether it lists all packets. */
  boolean isComplete() {
    return isComplete;
  }

  /** Decoding times of the key frames; none where not all of them are known on opening. */
  long[] keyFrames() {
    return IntStream.range(0, isMov ? times.length : 0)
        .filter(i -> (flags[i] & AVIndexEntry.AVINDEX_KEYFRAME) != 0)
        .mapToLong(i -> times[i])
        .toArray();
  }

  /** When frames are decoded, of an AVI file each of whose packets is one. */
  Optional<FrameTimes> frames() {
    return isComplete && !isMov && !anyIsEmpty ? Optional.of(times()) : Optional.empty();
  }

  FrameTimes times() {
    return FrameTimes.of(times);
  }

  /**
   * How long all frames are shown together that are not cut away.
   *
   * @param last how long the last one is
   * @return in units of the time base
   */
  double length(double last) {
    double sum = 0;
    for (int i = 0; i < times.length; i++) {
      if ((flags[i] & AVIndexEntry.AVINDEX_DISCARD_FRAME) == 0) {
        sum += i + 1 < times.length ? times[i + 1] - times[i] : last;
      }
    }
    return sum;
  }
}
