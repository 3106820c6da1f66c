package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.Videos;

class VideoReaderTest {

  private static final FrameSampling FOUR = new FrameSampling(4, 2, 30);
  private static final int ONE = 1 << 16;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "mpeg4, 0, a.mp4",
    "mpeg4, 2, b.mp4",
    "mpeg4, 2, c.mkv",
    "mpeg4, 0, d.avi",
    "mpeg2video, 2, e.ts",
    "mpeg2video, 2, f.mpg",
    "libvpx, 0, g.webm",
    "ffv1, 0, h.mkv",
    "mpeg4, 2, i.mov"
  })
  void givesTheSameFramesBySeekingAsFromTheStart(String encoder, int bFrames, String name) {
    Path file =
        new VideoFixture()
            .encoder(encoder)
            .bFrames(bFrames)
            .frames(200)
            .write(folder.resolve(name));
    Map<Double, byte[]> all = AllFrames.of(file);
    assertThat(all).hasSize(200);
    for (int i = 0; i <= 40; i++) {
      try (Clip clip = read(file, FOUR, i / 40.0)) {
        for (int t = 0; t < FOUR.frames(); t++) {
          assertThat(Arrays.equals(AllFrames.bytes(clip, t), all.get(clip.timestamp(t))))
              .as("frame %d of the clip at %d/40 is the one at %s", t, i, clip.timestamp(t))
              .isTrue();
        }
      }
    }
  }

  @Test
  void picksFramesBySecondsWhereTheRateVaries() {
    // The first 30 frames come at 30 frames/s, the rest at 10.
    Path file =
        new VideoFixture()
            .frames(90)
            .times(i -> i < 30 ? i : 30 + 3L * (i - 30))
            .write(folder.resolve("variable.mp4"));
    assertThat(VideoFixture.numbers(read(file, FOUR, 0))).containsExactly(0, 2, 4, 7);
    Clip last = read(file, FOUR, 1);
    // The first frame is on display for up to its 0.1 s when the window opens.
    assertThat(last.timestamp(3) - last.timestamp(0)).isLessThan(FOUR.windowSeconds() + 0.1);
    assertThat(VideoFixture.number(last, 0)).isGreaterThan(80);
  }

  @Test
  void repeatsTheLastFrameOfAVideoShorterThanTheWindow() {
    Path file = new VideoFixture().frames(5).write(folder.resolve("short.mp4"));
    assertThat(VideoFixture.numbers(read(file, FOUR, 0.5))).containsExactly(0, 2, 4, 4);
  }

  @Test
  void picksFromTheWholeVideoWhereItsLengthIsNotKnown() {
    Path file = new VideoFixture().encoder("mpeg2video").write(folder.resolve("raw.m2v"));
    assertThat(VideoFixture.numbers(read(file, FOUR, 0))).containsExactly(0, 2, 4, 7);
    assertThat(VideoFixture.numbers(read(file, FOUR, 1))).containsExactly(52, 54, 56, 59);
  }

  @Test
  void readsSeveralWindowsOfAVideoOfUnknownLength() {
    Path file = new VideoFixture().encoder("mpeg2video").write(folder.resolve("raw.m2v"));
    ClipRequest request = new ClipRequest(FOUR, WindowPlacement.random(), 3, false, new Random(1));
    List<Clip> clips = VideoReader.create().decode(file, ClipInfo.unlabelled("raw"), request);
    assertThat(clips.stream().map(clip -> VideoFixture.number(clip, 0)).distinct()).hasSize(3);
  }

  /** As a server does that reads a clip for each request. */
  @Test
  void aReaderForEachClipTakesNoMoreMemoryThanOne() {
    Path file = new VideoFixture().frames(20).write(folder.resolve("clip.mp4"));
    read(file, FOUR, 0).close();
    long before = directBytes();
    for (int i = 0; i < 50; i++) {
      read(file, FOUR, i / 50.0).close();
    }
    assertThat(directBytes()).isLessThanOrEqualTo(before);
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void countsWindowsFromTheFirstTimestamp() {
    Path file = new VideoFixture().times(i -> 900 + i).write(folder.resolve("late.mkv"));
    assertThat(VideoFixture.numbers(read(file, FOUR, 0))).containsExactly(0, 2, 4, 7);
  }

  @Test
  void repeatsOneClipWhereTheWindowIsShared() {
    Path file = new VideoFixture().write(folder.resolve("video.mp4"));
    ClipRequest request = new ClipRequest(FOUR, WindowPlacement.random(), 3, true, new Random(1));
    List<Clip> clips = VideoReader.create().decode(file, ClipInfo.unlabelled("video"), request);
    assertThat(clips).hasSize(3).allMatch(clip -> clip == clips.get(0));
  }

  @Test
  void givesEachClipAWindowOfItsOwn() {
    Path file = new VideoFixture().write(folder.resolve("video.mp4"));
    ClipRequest request = new ClipRequest(FOUR, WindowPlacement.random(), 4, false, new Random(1));
    List<Clip> clips = VideoReader.create().decode(file, ClipInfo.unlabelled("video"), request);
    assertThat(clips.stream().map(clip -> VideoFixture.number(clip, 0)).distinct()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    // a, b, c, d, then the shown size and where the band that is stored at the top is shown
    "1, 0, 0, 1, 64, 48, top",
    "-1, 0, 0, -1, 64, 48, bottom",
    "0, 1, -1, 0, 48, 64, right",
    "0, -1, 1, 0, 48, 64, left",
    "1, 0, 0, -1, 64, 48, bottom",
    "-1, 0, 0, 1, 64, 48, top"
  })
  void turnsFramesAsTheFileSays(int a, int b, int c, int d, int width, int height, String band) {
    Path file = turned(a, b, c, d);
    Clip clip = read(file, FOUR, 0);
    assertThat(clip.shape()).isEqualTo(new ClipShape(4, height, width));
    assertThat(bandOf(clip)).isEqualTo(band);
  }

  @Test
  void mirrorsWithoutTurning() {
    assertThat(VideoFixture.number(read(turned(-1, 0, 0, 1), FOUR, 0), 1)).isEqualTo(0b01000000);
  }

  @Test
  void leavesFramesAsStoredIfAskedTo() {
    Path file = turned(0, 1, -1, 0);
    Clip clip = read(VideoReader.builder().optRotate(false).build(), file, FOUR, 0);
    assertThat(clip.shape()).isEqualTo(new ClipShape(4, 48, 64));
    assertThat(VideoFixture.numbers(clip)).containsExactly(0, 2, 4, 7);
  }

  @Test
  void findsTheVideoBehindAnAudioTrack() {
    Path file = new VideoFixture().audioFirst().write(folder.resolve("sound.mkv"));
    assertThat(VideoFixture.numbers(read(file, FOUR, 0))).containsExactly(0, 2, 4, 7);
  }

  @Test
  void takesTheBestOfSeveralVideoStreams() {
    Path file = new VideoFixture().secondVideo(96, 80).write(folder.resolve("two.mkv"));
    assertThat(read(file, FOUR, 0).shape()).isEqualTo(new ClipShape(4, 80, 96));
  }

  @Test
  void takesTheStreamThatIsAskedFor() {
    Path file = new VideoFixture().secondVideo(96, 80).write(folder.resolve("two.mkv"));
    VideoReader reader = VideoReader.builder().optStream(0).build();
    assertThat(read(reader, file, FOUR, 0).shape()).isEqualTo(new ClipShape(4, 48, 64));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void refusesAStreamThatIsNoVideo(int stream) {
    Path file = new VideoFixture().audioFirst().write(folder.resolve("sound.mkv"));
    VideoReader reader = VideoReader.builder().optStream(stream).build();
    assertThat(failure(reader, file).stage()).isEqualTo(Stage.PROBE);
  }

  @ParameterizedTest
  @CsvSource({"53, 37", "17, 19", "340, 2", "1, 1", "129, 64"})
  void convertsEveryPixelOfOddSizes(int width, int height) {
    Path file =
        new VideoFixture().encoder("ffv1").size(width, height).write(folder.resolve("odd.mkv"));
    Clip clip = read(file, FOUR, 0);
    assertThat(clip.shape()).isEqualTo(new ClipShape(4, height, width));
    int bottomRight = ((height - 1) * width + width - 1) * 3;
    // Bit 7 of frame 0 is black, and so is its column, but for the band of the lowest frames.
    int expected = height - 1 < height / 4 ? 128 : 0;
    for (int c = 0; c < 3; c++) {
      assertThat(clip.pixels().get(bottomRight + c) & 0xff).isEqualTo(expected);
    }
  }

  @Test
  void scalesLaterFramesToTheFirstWhereTheSizeChanges() throws IOException {
    Path first = new VideoFixture().encoder("mpeg2video").frames(30).write(folder.resolve("a.ts"));
    Path second =
        new VideoFixture()
            .encoder("mpeg2video")
            .size(96, 80)
            .frames(30)
            .times(i -> 30 + i)
            .write(folder.resolve("b.ts"));
    Path joined = folder.resolve("joined.ts");
    Files.write(joined, Files.readAllBytes(first));
    Files.write(joined, Files.readAllBytes(second), StandardOpenOption.APPEND);
    Clip clip = read(joined, new FrameSampling(4, 15, 30), 0.5);
    assertThat(clip.shape()).isEqualTo(new ClipShape(4, 48, 64));
    assertThat(VideoFixture.numbers(clip)).containsExactly(0, 19, 10, 29);
  }

  @Test
  void goesOnBehindDamage() throws IOException {
    Path file = new VideoFixture().frames(120).write(folder.resolve("damaged.avi"));
    byte[] content = Files.readAllBytes(file);
    Arrays.fill(content, content.length / 3, content.length / 3 + 3000, (byte) 0x55);
    Files.write(file, content);
    assertThat(VideoFixture.numbers(read(file, FOUR, 0.9))).hasSize(4).isSorted();
  }

  @Test
  void usesWhatIsThereOfATruncatedFile() throws IOException {
    Path file = new VideoFixture().frames(120).write(folder.resolve("truncated.mkv"));
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length / 2));
    assertThat(VideoFixture.numbers(read(file, FOUR, 1))).isSorted().doesNotContain(119);
  }

  @Test
  void saysNothingDecodedWhereNothingDoes() throws IOException {
    Path file = new VideoFixture().encoder("ffv1").frames(3).write(folder.resolve("broken.avi"));
    byte[] content = Files.readAllBytes(file);
    int data = new String(content, StandardCharsets.ISO_8859_1).indexOf("movi") + 12;
    Arrays.fill(content, data, content.length - 200, (byte) 0xff);
    Files.write(file, content);
    assertThat(failure(VideoReader.create(), file).stage()).isEqualTo(Stage.DECODE);
  }

  @Test
  void givesUpWhenTheTimeIsUp() {
    Path file = new VideoFixture().write(folder.resolve("video.mp4"));
    VideoReader reader = VideoReader.builder().optTimeLimit(Duration.ofNanos(1)).build();
    assertThat(failure(reader, file).stage()).isEqualTo(Stage.TIMEOUT);
  }

  @Test
  void stopsWhenItsThreadIsInterrupted() {
    Path file = new VideoFixture().write(folder.resolve("video.mp4"));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> read(file, FOUR, 0)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void refusesFramesLargerThanAllowed() {
    Path file = new VideoFixture().write(folder.resolve("video.mp4"));
    VideoReader reader = VideoReader.builder().optMaxPixels(64 * 48 - 1).build();
    assertThat(failure(reader, file))
        .hasMessage("x: probe: frames of 64x48 have more than the 3071 pixels allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nvideo.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile video.ts\n",
        "v=0\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\n"
      })
  void opensNoFileThatPointsElsewhere(String content) throws IOException {
    new VideoFixture().encoder("mpeg2video").write(folder.resolve("video.ts"));
    Path file = Files.writeString(folder.resolve("list.mp4"), content);
    assertThat(failure(VideoReader.create(), file).stage()).isEqualTo(Stage.OPEN);
  }

  @Test
  void refusesAFolder() {
    assertThat(failure(VideoReader.create(), folder)).hasMessage("x: open: not a regular file");
  }

  @Test
  void readsFilesWhoseNameIsNotAscii() {
    assumeTrue(Videos.mayBeNamed("ä"));
    Path file = new VideoFixture().write(folder.resolve("v.mp4"));
    Path renamed = file.resolveSibling("näme %d http:+,;.mp4");
    assertThat(file.toFile().renameTo(renamed.toFile())).isTrue();
    assertThat(VideoFixture.numbers(read(renamed, FOUR, 0))).containsExactly(0, 2, 4, 7);
  }

  @Test
  void refusesANegativeStream() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoReader.builder().optStream(-1))
        .withMessage("stream must be at least 0, but was -1");
  }

  @Test
  void refusesATimeLimitOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoReader.builder().optTimeLimit(Duration.ZERO))
        .withMessage("time limit must be in (0, 1000 days], but was PT0S");
  }

  @Test
  void keepsNoMemoryBehind() throws IOException {
    Path good = new VideoFixture().frames(30).write(folder.resolve("good.mp4"));
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
    long before = 0;
    for (int i = 0; i < 2500; i++) {
      if (i == 1000) {
        before = residentBytes();
      }
      try (Clip clip = read(good, FOUR, 0.7)) {
        assertThat(clip.shape().width()).isEqualTo(64);
      }
      assertThat(failure(VideoReader.create(), text).stage()).isEqualTo(Stage.OPEN);
      // Ends early at one point or another.
      VideoReader hasty =
          VideoReader.builder().optTimeLimit(Duration.ofNanos(1 + 5_000L * (i % 100))).build();
      try (Clip clip = read(hasty, good, FOUR, 1)) {
        assertThat(clip.shape().width()).isEqualTo(64);
      } catch (ClipReadException e) {
        assertThat(e.stage()).isEqualTo(Stage.TIMEOUT);
      }
    }
    // 1500 decoders that are not closed hold over 150 MB; the heap may grow somewhat meanwhile.
    assertThat(residentBytes() - before).isLessThan(80L << 20);
  }

  private static long residentBytes() throws IOException {
    System.gc();
    Path statm = Path.of("/proc/self/statm");
    assumeTrue(Files.exists(statm));
    return 4096 * Long.parseLong(Files.readString(statm).split(" ", -1)[1]);
  }

  private Path turned(int a, int b, int c, int d) {
    return new VideoFixture()
        .displayMatrix(a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30)
        .write(folder.resolve("turned.mp4"));
  }

  /** At which edge of frame 0, which is black otherwise, the grey band is. */
  private static String bandOf(Clip clip) {
    int w = clip.shape().width();
    int h = clip.shape().height();
    Map<String, Integer> edges =
        Map.of(
            "top", 3 * (2 * w + w / 2),
            "bottom", 3 * ((h - 3) * w + w / 2),
            "left", 3 * (h / 2 * w + 2),
            "right", 3 * (h / 2 * w + w - 3));
    return edges.entrySet().stream()
        .filter(edge -> (clip.pixels().get(edge.getValue()) & 0xff) > 64)
        .map(Map.Entry::getKey)
        .reduce((one, other) -> one + " and " + other)
        .orElse("nowhere");
  }

  private static Clip read(Path file, FrameSampling sampling, double fraction) {
    return read(VideoReader.create(), file, sampling, fraction);
  }

  private static Clip read(VideoReader reader, Path file, FrameSampling sampling, double fraction) {
    ClipRequest request =
        ClipRequest.one(sampling, new WindowPlacement.AtFraction(fraction), new Random(0));
    return reader.decode(file, ClipInfo.unlabelled("x"), request).get(0);
  }

  private static ClipReadException failure(VideoReader reader, Path file) {
    return catchThrowableOfType(ClipReadException.class, () -> read(reader, file, FOUR, 0));
  }
}
