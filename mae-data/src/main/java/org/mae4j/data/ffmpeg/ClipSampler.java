package org.mae4j.data.ffmpeg;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.ffmpeg.internal.FrameSequence;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.Picks;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.internal.Orientation;

/**
 * Cuts clips out of one video, converting no frame but those that a clip is made of.
 *
 * <p>Which frames these are depends on which fall in the window. Where packets tell, nothing is
 * decoded but what those frames need. Else that is known only when all are decoded: frames are
 * converted on a guess meanwhile, and if it proves wrong, a second pass converts the right ones.
 */
final class ClipSampler {

  /** How often a clip is placed at most, where the video ends earlier than its file says. */
  static final int MOST_PLACEMENTS = 3;

  private static final String BY_TIME = "variable frame rate, so frames are picked by time";

  private final FrameSequence video;
  private final ClipInfo info;
  private final FrameSelection rule;
  private final FrameReceiver receiver;
  private final Orientation orientation;
  // What the file says, but for what was found not to be so.
  private StreamTiming timing;
  // Times of all the frames of the video, once they are known.
  private FrameTimes all;

  /** Shows clips to a receiver. */
  ClipSampler(FrameSequence video, ClipInfo info, FrameSelection rule, FrameReceiver receiver) {
    this.video = video;
    this.info = info;
    this.rule = rule;
    this.receiver = receiver;
    this.timing = video.timing();
    this.orientation = video.orientation();
  }

  void sample(ClipRequest request) {
    if (request.sharedWindow()) {
      sampleOne(request, 0, request.clips());
      return;
    }
    for (int clip = 0; clip < request.clips(); clip++) {
      sampleOne(request, clip, 1);
    }
  }

  private void sampleOne(ClipRequest request, int first, int count) {
    ShownClip clip = new ShownClip(first, count, request.sampling().frames());
    for (int i = 0; i < MOST_PLACEMENTS; i++) {
      Optional<FrameSelection.Window> window = rule.window(timing, request);
      if (window.isEmpty()) {
        break;
      }
      boolean mayMove = rule.mindsTheLength() && i + 1 < MOST_PLACEMENTS;
      StreamTiming believed = timing;
      if (sampleWindow(window.get(), request, mayMove, clip)) {
        return;
      }
      if (timing.equals(believed)) {
        break;
      }
    }
    sampleWhole(request, clip);
  }

  /**
   * False if no frame falls in the window, or if the video has turned out to be so short that the
   * window has to be placed anew.
   */
  private boolean sampleWindow(
      FrameSelection.Window window, ClipRequest request, boolean mayMove, ShownClip clip) {
    Picks guess = rule.expect(timing, window, request.sampling());
    Optional<FrameTimes> listed = listedIn(window);
    if (listed.isPresent()) {
      FrameTimes times = listed.get();
      if (times.size() == 0) {
        return false;
      }
      if (decodeFrom(times, rule.pick(times, window, timing, request), clip)) {
        clip.end(remarks(times, request));
        return true;
      }
    }
    Optional<FrameTimes> foreseen = decodeChosen(window, request, clip);
    FrameTimes decoded = foreseen.orElseGet(() -> decode(window, guess, clip));
    if (mayMove && endsBefore(window, decoded)) {
      return false;
    }
    if (decoded.size() == 0) {
      return false;
    }
    int[] picks = rule.pick(decoded, window, timing, request);
    if (foreseen.isEmpty() && !Arrays.equals(guess.of(decoded), picks)) {
      decode(window, Picks.counted(picks), clip);
    }
    clip.end(remarks(decoded, request));
    return true;
  }

  /**
   * Whether the video, read to its end, ends before the window and earlier than it was thought to,
   * which is then known.
   */
  private boolean endsBefore(FrameSelection.Window window, FrameTimes decoded) {
    if (!video.isAtEnd()) {
      return false;
    }
    double frame = 1 / timing.rate().getAsDouble();
    long last = decoded.size() > 0 ? decoded.last() : video.current().pts();
    double length = Math.max(timing.seconds(last - timing.startPts()), 0) + frame;
    boolean tooShort =
        timing.seconds(window.last() - last) > 1.5 * frame
            && length < timing.durationSeconds().getAsDouble() - 1.5 * frame;
    if (tooShort) {
      timing = timing.withDuration(length);
    }
    return tooShort;
  }

  private void sampleWhole(ClipRequest request, ShownClip clip) {
    FrameSelection.Window window = FrameSelection.Window.WHOLE;
    Optional<Picks> guess = Optional.empty();
    boolean listed = all == null && !rule.mindsTheLength() && video.listedTimes().isPresent();
    if (listed) {
      all = video.listedTimes().get();
    }
    if (all == null) {
      guess = Optional.of(rule.expect(timing, window, request.sampling()));
      all = decode(window, guess.get(), clip);
    }
    if (all.size() == 0) {
      throw video.noFrames();
    }
    int[] picks = rule.pick(all, window, timing, request);
    if ((guess.isEmpty() || !Arrays.equals(guess.get().of(all), picks))
        && !decodeFrom(all, picks, clip)) {
      FrameTimes decoded = decode(window, Picks.counted(picks), clip);
      if (listed) {
        // There are others than the file lists.
        all = decoded;
        sampleWhole(request, clip);
        return;
      }
    }
    clip.end(remarks(all, request));
  }

  /**
   * Which frames are in a window that may reach far beyond the end, if the file lists them: else
   * all of it would be decoded to count them.
   */
  private Optional<FrameTimes> listedIn(FrameSelection.Window window) {
    return rule.mindsTheLength() || timing.timeBaseNumerator() == 1 || window.oneMore()
        ? Optional.empty()
        : video.listedTimes().map(times -> times.between(window.first(), window.last()));
  }

  /**
   * As {@link #decode}, but only from the first to the last of the frames that are picked.
   *
   * @param all the frames that they are picked from
   * @return false if there are others
   */
  private boolean decodeFrom(FrameTimes all, int[] picks, ShownClip clip) {
    int first = picks[0];
    int last = picks[picks.length - 1];
    FrameTimes found =
        decode(
            new FrameSelection.Window(all.get(first), all.get(last), false),
            Picks.counted(Arrays.stream(picks).map(pick -> pick - first).toArray()),
            clip);
    return found.size() == last - first + 1
        && IntStream.range(0, found.size()).allMatch(i -> found.get(i) == all.get(first + i));
  }

  private List<String> remarks(FrameTimes decoded, ClipRequest request) {
    return rule.isByTime(decoded, timing, request.sampling())
        ? Stream.concat(video.remarks().stream(), Stream.of(BY_TIME)).toList()
        : video.remarks();
  }

  /**
   * Decodes just what the picked frames of a window need, where it is known beforehand which frames
   * there are.
   *
   * @return the times of all the frames in the window; empty if all have to be decoded to know
   */
  private Optional<FrameTimes> decodeChosen(
      FrameSelection.Window window, ClipRequest request, ShownClip clip) {
    clip.clear();
    Optional<FrameTimes> times =
        video.seek(
            window.first(),
            window.last(),
            window.oneMore(),
            found ->
                Arrays.stream(rule.pick(found, window, timing, request))
                    .distinct()
                    .mapToLong(found::get)
                    .toArray());
    if (times.isEmpty()) {
      return times;
    }
    int decoded = Integer.MIN_VALUE;
    for (int pick : rule.pick(times.get(), window, timing, request)) {
      if (pick != decoded && (!video.next() || video.current().pts() != times.get().get(pick))) {
        return Optional.empty();
      }
      decoded = pick;
      clip.add(pick, video.current());
    }
    return times;
  }

  /**
   * Decodes the frames of a window and shows those that are picked; the last frame stands in for
   * those beyond the end.
   *
   * @return the times of all the frames in the window
   */
  private FrameTimes decode(FrameSelection.Window window, Picks picks, ShownClip clip) {
    clip.clear();
    video.seek(window.first());
    FrameTimes times = new FrameTimes();
    boolean past = false;
    while (!past && !(rule.isForeseen() && clip.size() == picks.count()) && video.next()) {
      long pts = video.current().pts();
      if (pts < window.first()) {
        times.setPreceded(pts);
        continue;
      }
      past = pts > window.last();
      if (past && !window.oneMore()) {
        break;
      }
      times.add(pts);
      int frame = times.size() - 1;
      while ((frame > 0 || times.isPreceded())
          && clip.size() < picks.count()
          && picks.isPassed(clip.size(), frame, times)) {
        clip.add(frame - 1, video.previous());
      }
    }
    if (times.size() > 0 && clip.size() < picks.count()) {
      FrameSequence.Frame last = past && !window.oneMore() ? video.previous() : video.current();
      while (clip.size() < picks.count()) {
        clip.add(times.size() - 1, last);
      }
    }
    return times;
  }

  /** A clip whose frames are being shown to the receiver. */
  private final class ShownClip {

    private final int first;
    private final int count;
    private final long[] pts;
    private int size;
    private int lastFrame;
    private int width;
    private int height;

    /**
     * Shows nothing yet.
     *
     * @param first the clip's number, of {@code count} that it stands for
     */
    ShownClip(int first, int count, int frames) {
      this.first = first;
      this.count = count;
      this.pts = new long[frames];
    }

    int size() {
      return size;
    }

    void clear() {
      size = 0;
    }

    /**
     * Shows a frame.
     *
     * @param number of the frame in its window, by which it is known again
     */
    void add(int number, FrameSequence.Frame frame) {
      if (size == 0) {
        begin(frame.width(), frame.height());
      }
      if (size > 0 && number == lastFrame) {
        receiver.addAgain();
      } else {
        receiver.add(new ShownFrame(frame, width, height));
      }
      lastFrame = number;
      pts[size++] = frame.pts();
    }

    /** A clip is as large as its first frame. */
    private void begin(int frameWidth, int frameHeight) {
      width = frameWidth;
      height = frameHeight;
      ClipShape shape =
          new ClipShape(
              pts.length,
              orientation.shownHeight(width, height),
              orientation.shownWidth(width, height));
      receiver.begin(first, count, info, shape, false);
    }

    void end(List<String> remarks) {
      receiver.end(Arrays.stream(pts).mapToDouble(timing::seconds).toArray(), remarks);
    }
  }

  /** A frame, scaled to the size of its clip. */
  private record ShownFrame(FrameSequence.Frame frame, int width, int height)
      implements FrameReceiver.Frame {

    @Override
    public void write(FrameReceiver.Rectangle part, ByteBuffer pixels, int offset) {
      frame.write(width, height, part, pixels, offset);
    }

    @Override
    public Optional<ByteBuffer> pixels() {
      return frame.pixels();
    }
  }
}
