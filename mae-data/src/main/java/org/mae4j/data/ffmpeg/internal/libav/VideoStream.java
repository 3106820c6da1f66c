package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.ffmpeg.internal.ForeseenFrames;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.PacketInfo;
import org.mae4j.data.ffmpeg.internal.PacketPlan;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.ffmpeg.internal.libav.ReadAhead.Outcome;
import org.mae4j.data.internal.Orientation;

/**
 * The video stream of one open file: decodes its frames one after another, in the order in which
 * they are shown.
 *
 * <p>Damaged packets are left out and decoding goes on behind them, as in FFmpeg's own programs. A
 * file that breaks off ends where it breaks off.
 */
public final class VideoStream implements AutoCloseable {

  /** In seconds: what frames out of order never reach. */
  private static final double LARGEST_STEP_BACK = 1;

  /** In seconds: what loss of reception seldom reaches. */
  private static final double LARGEST_PAUSE = 10;

  /** In seconds: from a key frame to the next there is seldom more. */
  private static final int LARGEST_MARGIN = 128;

  private static final int MOST_WITHOUT_STAMP = 1000;

  private final Supplier<Container> opener;
  private final long maxPixels;
  private final ReadWatch watch;

  private Container container;
  private ReadAhead packets;
  private FrameDecoder decoder;
  // If not all are asked for.
  private Optional<ChosenFrames> chosen = Optional.empty();
  private AVFrame current;
  private AVFrame previous;
  private StreamTiming timing;
  private long currentPts;
  private long previousPts;
  // Whether the current frame was decoded ahead of next().
  private boolean pending;
  // Whether the times of this frame and the next can be compared, and whether there is no next.
  private boolean timed;
  private boolean ended;
  // Whether the frame that is decoded next is the first behind a jump, and what it turned out to
  // be.
  private boolean jumped;
  private boolean jumpedToKeyFrame;
  // Whether the container is not where its first frame is, though nothing was decoded.
  private boolean astray;
  // Where not all frames say when they are shown; null before the first and elsewhere.
  private FrameClock clock;
  private OptionalDouble firstPts = OptionalDouble.empty();
  private String damage;
  // Whether packets have told the truth about frames so far.
  private boolean foretells = true;

  private VideoStream(Supplier<Container> opener, long maxPixels, ReadWatch watch) {
    this.opener = opener;
    this.maxPixels = maxPixels;
    this.watch = watch;
  }

  /**
   * Opens a file and the decoder of its video stream.
   *
   * @param file names the file in messages
   * @param wantedStream the stream's index in the file; empty for libav's own choice
   * @param maxPixels frames larger than this are not decoded
   * @param watch must outlive the stream
   * @throws ClipReadException if that fails
   */
  public static VideoStream open(
      VideoInput source, String file, OptionalInt wantedStream, long maxPixels, ReadWatch watch) {
    return open(source, file, wantedStream, maxPixels, watch, Optional.empty());
  }

  /**
   * As the other method.
   *
   * @param known what an earlier look at the same file, for the same stream, has found
   */
  public static VideoStream open(
      VideoInput source,
      String file,
      OptionalInt wantedStream,
      long maxPixels,
      ReadWatch watch,
      Optional<Probe> known) {
    VideoStream stream =
        new VideoStream(
            () -> new Container(source, file, wantedStream, maxPixels, watch, known),
            maxPixels,
            watch);
    try {
      stream.open();
      return stream;
    } catch (Throwable t) {
      try {
        stream.close();
      } catch (RuntimeException e) {
        t.addSuppressed(e);
      }
      throw t;
    }
  }

  private void open() {
    container = opener.get();
    packets = new ReadAhead(container, this::note);
    decoder = new FrameDecoder(container, packets, maxPixels, watch, this::note);
    current = Libav.allocated(av_frame_alloc());
    previous = Libav.allocated(av_frame_alloc());
    forget();
    currentPts = container.startPts() - 1;
    previousPts = currentPts;
  }

  private void forget() {
    chosen = Optional.empty();
    pending = false;
    timed = false;
    ended = false;
    jumped = false;
    astray = false;
    clock = null;
    currentPts = AV_NOPTS_VALUE;
  }

  private void note(String newDamage) {
    damage = newDamage;
  }

  /** What opening has found, for {@link #open} to be spared the search. */
  public Probe probe() {
    return container.probe(timing());
  }

  /** Whether the file has others that nobody chose between. */
  public boolean isOneOfSeveral() {
    return container.isOneOfSeveral();
  }

  /** What the file says about time. */
  public StreamTiming timing() {
    if (timing == null) {
      timing = container.timing();
    }
    return timing;
  }

  /**
   * When all frames are shown, if the file lists them all and each packet is a frame.
   *
   * @return ascending; empty if that is not known
   */
  public Optional<FrameTimes> listedTimes() {
    return container.listedTimes();
  }

  /**
   * When all frames are shown, ascending, read from the packets of the whole file. The place in the
   * file is lost.
   *
   * @return empty if packets do not all say it
   */
  public Optional<FrameTimes> packetTimes() {
    if (!container.isUntouched()) {
      reopen();
    }
    return container.packetTimes();
  }

  /**
   * Reads through the whole file, without decoding it, for how long it is, if it does not say.
   * Where the packets do not tell either, nothing changes.
   */
  public void measure() {
    StreamTiming said = timing();
    if (said.durationSeconds().isPresent() || said.rate().isEmpty()) {
      return;
    }
    Optional<FrameTimes> times = packetTimes();
    if (times.isPresent()) {
      double rate = said.rate().getAsDouble();
      double length = said.seconds(times.get().last() - times.get().first()) + 1 / rate;
      timing =
          said.withVariableRate(times.get().vary(rate, said))
              .withDuration(length)
              .withStart(firstShown(times.get().first()));
    }
    if (container.stampsSome()) {
      rewind();
    }
    // Else the same container goes on being read: by now it knows where its key frames are.
    astray = !packets.isAtStart();
  }

  /** Where packets say only when they are decoded that is not when the first frame is shown. */
  private long firstShown(long first) {
    if (packets.jump(first)) {
      decoder.flush();
      forget();
      jumped = true;
      if (next() && jumpedToKeyFrame && current.pts() == AV_NOPTS_VALUE) {
        return currentPts;
      }
    }
    return container.startPts();
  }

  /** How the file says that its frames are to be turned. */
  public Orientation orientation() {
    return container.orientation();
  }

  /**
   * Goes back or forth so that the following calls of {@link #next()} miss no frame whose
   * presentation time is {@code pts} or later.
   */
  public void seek(long pts) {
    goBack(
        pts,
        () -> {
          // A frame that is no key frame may refer to one that was jumped over.
          pending = next() && jumpedToKeyFrame && currentPts <= pts;
          return pending;
        });
  }

  /**
   * Goes to a window of which just some frames are asked for, if packets tell which there are: no
   * others are decoded than they need. The following calls of {@link #next()} then give these, and
   * nothing from the first on that does not come as packets have foretold.
   *
   * @param first earliest presentation time, inclusive
   * @param last latest presentation time, inclusive
   * @param oneMore whether the first frame after that belongs to the window too
   * @param choice is given all times of the window, if there are any, and says which are asked for
   * @return the times of all the frames in the window; empty if packets do not tell, and {@link
   *     #seek} has to be called instead
   */
  public Optional<FrameTimes> seek(
      long first, long last, boolean oneMore, Function<FrameTimes, long[]> choice) {
    if (container.stampsSome() || !foretells) {
      return Optional.empty();
    }
    StreamTiming said = timing();
    List<PacketInfo> infos = new ArrayList<>();
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    boolean arrived =
        goBack(
            first,
            () -> {
              infos.clear();
              outcome.set(packets.fill(first, last, infos));
              return outcome.get() != Outcome.TOO_LATE;
            });
    if (!arrived) {
      infos.clear();
      outcome.set(packets.fill(Long.MAX_VALUE, last, infos));
    }
    if (outcome.get() != Outcome.COMPLETE) {
      foretells = false;
      return Optional.empty();
    }
    Optional<FrameTimes> times =
        ForeseenFrames.of(infos, !arrived, first, last, oneMore, said)
            .filter(found -> found.size() > 0);
    chosen =
        times
            .flatMap(found -> PacketPlan.of(infos, choice.apply(found)))
            .map(plan -> new ChosenFrames(packets, decoder, infos, plan, !arrived));
    ended =
        chosen.isPresent()
            && packets.isAtEnd()
            && infos.stream().noneMatch(packet -> packet.isShown() && packet.pts() > last);
    return times.filter(found -> chosen.isPresent());
  }

  /**
   * Jumps to a time and further back until it has led where it should, else to the beginning.
   *
   * @return whether it has
   */
  private boolean goBack(long pts, BooleanSupplier isThere) {
    // Containers are indexed by decoding times, which run ahead of presentation times where frames
    // are reordered, and not every index is exact. So look at where that led, and aim further back
    // if it was too late; at once where it takes some frames to know the time.
    chosen = Optional.empty();
    AVRational timeBase = container.timeBase();
    long second = Math.max(1, timeBase.den() / timeBase.num());
    long margin = container.stampsSome() ? second : 0;
    for (; margin <= LARGEST_MARGIN * second; margin = nextMargin(margin, second)) {
      if (pts <= container.startPts() + margin || !packets.jump(pts - margin)) {
        break;
      }
      decoder.flush();
      forget();
      jumped = true;
      clock = container.stampsSome() ? new FrameClock() : null;
      if (isThere.getAsBoolean()) {
        return true;
      }
    }
    rewind();
    return false;
  }

  private static long nextMargin(long margin, long second) {
    return margin == 0 ? Math.max(1, second / 4) : 8 * margin;
  }

  /** When the first frame is shown that has no stamp itself, by the first one that has. */
  private double reckonBack(AVFrame frame) {
    double before = 0;
    for (int i = 0; i < MOST_WITHOUT_STAMP && frame.pts() == AV_NOPTS_VALUE; i++) {
      before += decoder.duration(frame);
      if (!decoder.decode(frame)) {
        return container.startPts();
      }
    }
    return frame.pts() == AV_NOPTS_VALUE ? container.startPts() : frame.pts() - before;
  }

  /**
   * Whether a frame is another recording's than the one before it: time goes back, or leaps in a
   * container of streams that never pause.
   */
  private boolean isOfAnotherRecording(long pts) {
    double second = 1 / av_q2d(container.timeBase());
    // Between two stamps a clock may be ahead, by a rate that is not the frames'.
    long before = clock == null ? currentPts : clock.lastStamp();
    return timed
        && (pts < before - LARGEST_STEP_BACK * second
            || (isOfBroadcasts() && pts > currentPts + LARGEST_PAUSE * second));
  }

  private boolean isOfBroadcasts() {
    return container.stampsSome() || container.name().equals("mpegts");
  }

  /** By opening the file anew, since not every container can seek to its beginning. */
  private void rewind() {
    if (!packets.isAtStart()) {
      reopen();
    }
  }

  private void reopen() {
    close();
    open();
  }

  /**
   * Decodes one more frame.
   *
   * @return false at the end of the video, or of the recording where a file holds several; {@link
   *     #current()} is then still the last frame
   * @throws ClipReadException if the time is up
   */
  public boolean next() {
    if (astray) {
      rewind();
    }
    if (pending) {
      pending = false;
      return true;
    }
    if (chosen.isPresent()) {
      return nextChosen(chosen.get());
    }
    if (ended) {
      return false;
    }
    AVFrame spare = previous;
    long pts = AV_NOPTS_VALUE;
    while (pts == AV_NOPTS_VALUE) {
      if (!decoder.decode(spare)) {
        ended = true;
        return false;
      }
      if (jumped) {
        jumped = false;
        jumpedToKeyFrame = FrameDecoder.isKeyFrame(spare);
      }
      if (clock == null && container.stampsSome()) {
        if (firstPts.isEmpty() && spare.pts() == AV_NOPTS_VALUE) {
          firstPts = OptionalDouble.of(reckonBack(spare));
          rewind();
          return next();
        }
        clock = new FrameClock(firstPts.orElse((double) spare.pts()));
      }
      pts = clock == null ? spare.best_effort_timestamp() : spare.pts();
      if (pts != AV_NOPTS_VALUE && isOfAnotherRecording(pts)) {
        note("the file holds more than one recording");
        ended = true;
        return false;
      }
      if (clock != null) {
        pts = clock.next(pts, decoder.duration(spare));
      } else if (pts == AV_NOPTS_VALUE && currentPts != AV_NOPTS_VALUE) {
        pts = currentPts + Math.max(1, spare.duration());
      }
      // Else this is just behind a seek, and there is no telling which frame it is.
    }
    turnTo(spare, pts);
    timed = true;
    return true;
  }

  private boolean nextChosen(ChosenFrames frames) {
    AVFrame spare = previous;
    if (!frames.decode(spare)) {
      foretells = false;
      return false;
    }
    turnTo(spare, spare.best_effort_timestamp());
    return true;
  }

  private void turnTo(AVFrame spare, long pts) {
    previous = current;
    previousPts = currentPts;
    current = spare;
    currentPts = pts;
  }

  /**
   * Whether {@link #next()} has found no more frames; where frames are chosen, whether there are
   * none after the window.
   */
  public boolean isAtEnd() {
    return ended;
  }

  /** The frame that {@link #next()} decoded last; valid until the next call of it. */
  public AVFrame current() {
    return current;
  }

  public long currentPts() {
    return currentPts;
  }

  /** The frame before that; valid until the next call of {@link #next()}. */
  public AVFrame previous() {
    return previous;
  }

  public long previousPts() {
    return previousPts;
  }

  /** Whether anything that was read since the file was opened first is damaged. */
  public boolean isDamaged() {
    return damage != null || FrameDecoder.isDamaged(current);
  }

  /** What is to be said of a file without a single frame. */
  public ClipReadException noFrames() {
    return failure(Stage.DECODE, damage == null ? "no frame could be decoded" : damage);
  }

  public ClipReadException failure(Stage stage, String reason) {
    return container.failure(stage, reason);
  }

  /** Frees all that {@link #open()} made, however far it came. */
  @Override
  public void close() {
    if (current != null) {
      av_frame_free(current);
    }
    if (previous != null) {
      av_frame_free(previous);
    }
    if (decoder != null) {
      decoder.close();
    }
    if (packets != null) {
      packets.close();
    }
    Container closing = container;
    current = null;
    previous = null;
    decoder = null;
    packets = null;
    container = null;
    if (closing != null) {
      closing.close();
    }
  }
}
