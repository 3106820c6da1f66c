package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.Videos;
import org.mae4j.data.ffmpeg.internal.FrameSequence;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.Probe;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.Orientation;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.WholeClips;

/**
 * Clips for which nothing is decoded that is not seen, against the same clips with all frames of
 * their windows decoded. The system property {@code mae4j.windows} sets how many requests, of three
 * clips each, are made of a video, and {@code mae4j.videos} names a folder of more videos.
 */
class ChosenFramesTest {

  private static final int CLIPS = 3;
  private static final int REQUESTS = Integer.getInteger("mae4j.windows", 6);

  /** What came of a request, and of how many windows packets told the frames, and told wrong. */
  private record Answer(List<String> clips, int foretold, int wrong) {}

  @TestFactory
  Stream<DynamicTest> kept() throws IOException {
    return KeptVideos.all().stream().map(ChosenFramesTest::test);
  }

  @TestFactory
  Stream<DynamicTest> real() throws IOException {
    return tests(Videos.folder());
  }

  @TestFactory
  Stream<DynamicTest> others() throws IOException {
    String folder = System.getProperty("mae4j.videos");
    return folder == null ? Stream.empty() : tests(Path.of(folder));
  }

  private static Stream<DynamicTest> tests(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !file.toString().matches(".*\\.(md|json)"))
          .sorted()
          .toList()
          .stream()
          .map(ChosenFramesTest::test);
    }
  }

  private static DynamicTest test(Path file) {
    return DynamicTest.dynamicTest(file.getFileName().toString(), () -> compare(file));
  }

  private static void compare(Path file) {
    Libav.start();
    int foretold = 0;
    int wrong = 0;
    Iterator<FrameSelection> rules = Iterables.cycle(FrameSelection.values()).iterator();
    for (int i = 0; i < REQUESTS; i++) {
      FrameSelection rule = rules.next();
      RandomGenerator random = Seeds.generator(i);
      FrameSampling sampling =
          new FrameSampling(
              random.nextInt(1, 17), random.nextInt(1, 13), FrameSampling.PAPER.nominalRate());
      Answer all = answer(file, rule, sampling, i, false);
      Answer chosen = answer(file, rule, sampling, i, true);

      assertThat(chosen.clips()).as("%s, %s", rule, sampling).isEqualTo(all.clips());
      foretold += chosen.foretold();
      wrong += chosen.wrong();
    }
    System.out.println(
        file.getFileName()
            + ": "
            + CLIPS * REQUESTS
            + " windows, "
            + foretold
            + " foretold, "
            + wrong
            + " of them wrong");
  }

  /** So that the comparison is one: these are read by packets, and packets are right. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "h264_defaults.mp4",
        "h264_open_gop.ts",
        "h264_edit_list.mp4",
        "h264.mkv",
        "hevc_open_gop.mp4",
        "vp9_hidden.webm",
        "av1_hidden.mp4",
        "mpeg2.ts",
        "mpeg4.mp4"
      })
  void foretellsAndIsRight(String name) {
    Libav.start();

    Answer answer =
        answer(KeptVideos.of(name), FrameSelection.TRAINING, new FrameSampling(8, 4, 30), 1, true);

    assertThat(answer.clips()).hasSize(CLIPS);
    assertThat(answer.foretold()).isEqualTo(CLIPS);
    assertThat(answer.wrong()).isZero();
  }

  private static Answer answer(
      Path file, FrameSelection rule, FrameSampling sampling, long seed, boolean choose) {
    try (ReadWatch watch = new ReadWatch("x", Duration.ofMinutes(2));
        VideoStream looked = open(file, watch, Optional.empty());
        // So that chosen frames come of headers alone, too, as with a cache.
        VideoStream stream =
            open(file, watch, choose ? Optional.of(looked.probe()) : Optional.empty());
        StreamFrames frames = new StreamFrames(stream, true)) {
      Watched watched = new Watched(frames, choose);
      ClipRequest request =
          new ClipRequest(
              sampling, WindowPlacement.random(), CLIPS, false, Seeds.generator(seed, 1));
      List<Clip> clips =
          WholeClips.of(
              request,
              PixelBuffers.SHARED,
              receiver ->
                  new ClipSampler(watched, ClipInfo.unlabelled("x"), rule, receiver)
                      .sample(request));
      List<String> texts = clips.stream().map(ChosenFramesTest::text).toList();
      clips.forEach(Clip::close);
      return new Answer(texts, watched.foretold, watched.wrong);
    } catch (ClipReadException e) {
      return new Answer(List.of(e.getMessage()), 0, 0);
    }
  }

  private static VideoStream open(Path file, ReadWatch watch, Optional<Probe> known) {
    return VideoStream.open(
        new VideoInput.OfPath(file), "x", OptionalInt.empty(), Libav.MAX_PIXELS, watch, known);
  }

  private static String text(Clip clip) {
    byte[] bytes = new byte[clip.pixels().remaining()];
    clip.pixels().get(0, bytes);
    return clip.shape()
        + " at "
        + IntStream.range(0, clip.shape().frames()).mapToObj(clip::timestamp).toList()
        + " hash "
        + Arrays.hashCode(bytes)
        + clip.remarks();
  }

  /** Frames of a video that can be chosen or cannot, and what came of it. */
  private static final class Watched implements FrameSequence {

    private final FrameSequence frames;
    private final boolean choose;
    private boolean chosen;
    private int foretold;
    private int wrong;

    Watched(FrameSequence frames, boolean choose) {
      this.frames = frames;
      this.choose = choose;
    }

    @Override
    public Optional<FrameTimes> seek(
        long first, long last, boolean oneMore, Function<FrameTimes, long[]> choice) {
      Optional<FrameTimes> times =
          choose ? frames.seek(first, last, oneMore, choice) : Optional.empty();
      chosen = times.isPresent();
      foretold += chosen ? 1 : 0;
      return times;
    }

    /** Which comes after the other one only if that was no good. */
    @Override
    public void seek(long pts) {
      wrong += chosen ? 1 : 0;
      chosen = false;
      frames.seek(pts);
    }

    @Override
    public StreamTiming timing() {
      return frames.timing();
    }

    @Override
    public Orientation orientation() {
      return frames.orientation();
    }

    @Override
    public boolean next() {
      return frames.next();
    }

    @Override
    public boolean isAtEnd() {
      return frames.isAtEnd();
    }

    @Override
    public Frame current() {
      return frames.current();
    }

    @Override
    public Frame previous() {
      return frames.previous();
    }

    @Override
    public List<String> remarks() {
      return frames.remarks();
    }

    @Override
    public ClipReadException noFrames() {
      return frames.noFrames();
    }

    @Override
    public ClipReadException failure(Stage stage, String reason) {
      return frames.failure(stage, reason);
    }
  }
}
