package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.FaultyFileSystem;
import org.mae4j.data.LoadedBatch;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;

/** Files of which some bytes cannot be read. */
@Timeout(120)
class ReadErrorTest {

  private static final FrameSampling SAMPLING = new FrameSampling(4, 3, 30);
  private static final int WINDOWS = 3;
  private static final int BAD_BYTES = 4096;
  private static final List<String> NAMES = List.of("a.mp4", "b.mkv", "c.avi", "d.ts", "e.mpg");

  @TempDir private static Path folder;
  private static final Map<String, byte[]> EXPECTED = new HashMap<>();

  /** How a channel fails at its place. */
  private enum Fault {
    IO_EXCEPTION,
    RUNTIME_EXCEPTION,
    ERROR,
    CUT,
    NO_BYTES_FOR_A_WHILE,
    FEW_BYTES;

    boolean mayBeOvercome() {
      return this == NO_BYTES_FOR_A_WHILE || this == FEW_BYTES;
    }

    int read(SeekableByteChannel sound, ByteBuffer target, int calls) throws IOException {
      return switch (this) {
        case IO_EXCEPTION -> throw new IOException("Input/output error");
        case RUNTIME_EXCEPTION -> throw new IllegalStateException("the bucket is gone");
        case ERROR -> throw new AssertionError("the provider is at odds with itself");
        case CUT -> -1;
        case NO_BYTES_FOR_A_WHILE -> calls % 3 == 0 ? sound.read(target) : 0;
        case FEW_BYTES -> {
          int limit = target.limit();
          target.limit(target.position() + Math.min(target.remaining(), 1000));
          int read = sound.read(target);
          target.limit(limit);
          yield read;
        }
      };
    }
  }

  @BeforeAll
  static void writeAndReadUndisturbed() {
    try (VideoReader reader = VideoReader.create()) {
      for (String name : NAMES) {
        new VideoFixture().size(320, 240).frames(120).gop(2).write(folder.resolve(name));
        for (int window = 0; window < WINDOWS; window++) {
          EXPECTED.put(name + window, read(reader, folder.resolve(name), name, window));
        }
      }
    }
  }

  private static byte[] read(VideoReader reader, Path file, String id, int window) {
    try (Clip clip = reader.decode(file, ClipInfo.unlabelled(id), request(window)).get(0)) {
      return bytes(clip);
    }
  }

  private static ClipRequest request(int window) {
    return ClipRequest.one(SAMPLING, WindowPlacement.random(), Seeds.generator(window));
  }

  private static byte[] bytes(Clip clip) {
    byte[] bytes = new byte[clip.pixels().remaining()];
    clip.pixels().get(bytes);
    return bytes;
  }

  /** A file of which some bytes are out of order, from a place on that is a share of it. */
  private static Path failing(String name, Fault fault, double share) {
    return FaultyFileSystem.path(
        folder.resolve(name),
        channel ->
            new FaultyFileSystem.Channel(channel) {
              private int calls;

              @Override
              public int read(ByteBuffer target) throws IOException {
                long first = (long) (share * size());
                boolean there =
                    position() < first + BAD_BYTES && position() + target.remaining() > first;
                return there ? fault.read(sound, target, calls++) : sound.read(target);
              }
            });
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyClipIsRightOrNamed(Fault fault) {
    Random random = new Random(fault.name().hashCode());
    int right = 0;
    int clips = 170;
    try (VideoReader reader = VideoReader.create()) {
      for (int i = 0; i < clips; i++) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        int window = random.nextInt(WINDOWS);
        Path file = failing(name, fault, random.nextDouble());
        try {
          assertThat(read(reader, file, name, window)).isEqualTo(EXPECTED.get(name + window));
          right++;
        } catch (ClipReadException e) {
          assertThat(e.file()).isEqualTo(name);
          assertThat(e.getCause()).as(e.getMessage()).isNotNull();
        }
      }
    }
    if (fault.mayBeOvercome()) {
      assertThat(right).isEqualTo(clips);
    } else {
      assertThat(right).isBetween(1, clips - 1);
    }
  }

  /** A file that is sound but for a channel of ours. */
  private static Path strange(UnaryOperator<SeekableByteChannel> channel) {
    return FaultyFileSystem.path(folder.resolve("a.mp4"), channel);
  }

  private static ClipReadException failure(Path file) {
    return failure(file, Duration.ofSeconds(60));
  }

  private static ClipReadException failure(Path file, Duration limit) {
    try (VideoReader reader = VideoReader.builder().optTimeLimit(limit).build()) {
      return catchThrowableOfType(
          ClipReadException.class, () -> read(reader, file, "strange.mp4", 0));
    }
  }

  @Test
  void saysInTheCausesWordsWhyAFileCannotBeRead() {
    ClipReadException failure = failure(failing("a.mp4", Fault.IO_EXCEPTION, 0.0));
    assertThat(failure).hasMessage("a.mp4: open: Input/output error".replace("a.", "strange."));
    assertThat(failure).hasCauseInstanceOf(IOException.class);
    assertThat(failure(failing("a.mp4", Fault.RUNTIME_EXCEPTION, 0.0)))
        .hasMessage("strange.mp4: open: java.lang.IllegalStateException: the bucket is gone");
    assertThat(failure(failing("a.mp4", Fault.ERROR, 0.0))).hasCauseInstanceOf(Error.class);
  }

  @Test
  void aPlaceThatCannotBeReachedIsNoReasonToReadFromTheBeginning() {
    try (VideoReader reader = VideoReader.create()) {
      for (String name : NAMES) {
        for (int window = 0; window < WINDOWS; window++) {
          for (int calls = 1; calls < 6; calls++) {
            int failing = calls;
            Path file =
                FaultyFileSystem.path(
                    folder.resolve(name),
                    channel ->
                        new FaultyFileSystem.Channel(channel) {
                          private int calls;

                          @Override
                          public SeekableByteChannel position(long position) throws IOException {
                            if (++calls > failing) {
                              throw new IOException("lost the place");
                            }
                            return super.position(position);
                          }
                        });
            try {
              assertThat(read(reader, file, name, window)).isEqualTo(EXPECTED.get(name + window));
            } catch (ClipReadException e) {
              assertThat(e).hasMessageEndingWith("lost the place");
            }
          }
        }
      }
    }
  }

  @Test
  void aChannelMustKnowItsSize() {
    assertThat(
            failure(
                strange(
                    channel ->
                        new FaultyFileSystem.Channel(channel) {
                          @Override
                          public long size() {
                            throw new IllegalStateException("of no size");
                          }
                        })))
        .hasMessageContaining("of no size");
    for (int lie : new int[] {-1, 1, 1 << 20}) {
      for (String name : NAMES) {
        Path lying =
            FaultyFileSystem.path(
                folder.resolve(name),
                channel ->
                    new FaultyFileSystem.Channel(channel) {
                      @Override
                      public long size() throws IOException {
                        return super.size() + lie;
                      }
                    });
        try (VideoReader reader = VideoReader.create()) {
          assertThat(read(reader, lying, name, 0)).isEqualTo(EXPECTED.get(name + 0));
        } catch (ClipReadException e) {
          assertThat(e).hasMessageContaining("bytes");
        }
      }
    }
  }

  @Test
  void wantOfMemoryIsNotTheFilesFault() {
    OutOfMemoryError want = new OutOfMemoryError("by way of a test");
    Path file =
        strange(
            channel ->
                new FaultyFileSystem.Channel(channel) {
                  @Override
                  public int read(ByteBuffer target) {
                    throw want;
                  }
                });
    try (VideoReader reader = VideoReader.create()) {
      assertThatThrownBy(() -> read(reader, file, "a.mp4", 0)).isSameAs(want);
    }
  }

  @Test
  void aChannelThatGivesNothingEndsWithTheTime() {
    Path file =
        strange(
            channel ->
                new FaultyFileSystem.Channel(channel) {
                  @Override
                  public int read(ByteBuffer target) {
                    return 0;
                  }
                });
    ClipReadException failure = failure(file, Duration.ofMillis(300));
    assertThat(failure).hasMessage("strange.mp4: timeout: nothing came for 0.3 s");
  }

  @Test
  void aReadThatBlocksEndsWithTheTimeAndIsClosedAfterwards() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Path file = blocking(new CountDownLatch(1), over, closed);
    assertThat(failure(file, Duration.ofMillis(300)).stage()).isEqualTo(Stage.TIMEOUT);
    assertThat(closed.getCount()).isEqualTo(1);
    over.countDown();
    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptEndsAReadThatBlocks() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Path file = blocking(reading, over, new CountDownLatch(1));
    Thread reader = Thread.currentThread();
    Thread other =
        new Thread(
            () -> {
              awaitUninterruptibly(reading);
              reader.interrupt();
            });
    other.start();
    try (VideoReader videos = VideoReader.create()) {
      assertThatThrownBy(() -> read(videos, file, "a.mp4", 0))
          .isInstanceOf(CancellationException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
    other.join();
    over.countDown();
  }

  /** A file whose reads wait for {@code over}, whatever interrupts them. */
  private static Path blocking(CountDownLatch reading, CountDownLatch over, CountDownLatch closed) {
    return strange(
        channel ->
            new FaultyFileSystem.Channel(channel) {
              @Override
              public int read(ByteBuffer target) throws IOException {
                reading.countDown();
                awaitUninterruptibly(over);
                return super.read(target);
              }

              @Override
              public void close() throws IOException {
                super.close();
                closed.countDown();
              }
            });
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // Like a network file system that does not heed it.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut.mp4", "cut.mkv", "cut.avi", "cut.ts"})
  void aFileThatIsCutWhileItIsReadDoesNotEndThere(String name) throws IOException {
    Path file = new VideoFixture().size(320, 240).frames(120).gop(2).write(folder.resolve(name));
    try (ReadWatch watch = new ReadWatch(name, Duration.ofSeconds(60));
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(file), name, OptionalInt.empty(), 1 << 20, watch)) {
      assertThat(video.next()).isTrue();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(Files.size(file) / 2);
      }
      assertThatThrownBy(
              () -> {
                while (video.next()) {
                  // until the end, which it has not
                }
              })
          .isInstanceOf(ClipReadException.class)
          .hasMessage(name + ": decode: cut while it was read");
    }
  }

  @Test
  void aLoaderReplacesAndNamesFilesThatCannotBeRead() {
    try (ClipLoader loader =
        ClipLoader.builder()
            .setSource(new EverySecondFails())
            .setSampling(SAMPLING)
            .setBatchSize(10)
            .optMaxBrokenShare(0.6)
            .optThreads(2)
            .build()) {
      for (int batch = 0; batch < 4; batch++) {
        try (LoadedBatch loaded = loader.load(batch)) {
          assertThat(loaded.videos())
              .hasSize(10)
              .allSatisfy(clips -> assertThat(clips.get(0).info().id()).contains("sound"));
        }
      }
      assertThat(loader.brokenFiles())
          .isNotEmpty()
          .allSatisfy(failure -> assertThat(failure.file()).contains("failing"));
    }
  }

  /** Of 20 videos. */
  private static final class EverySecondFails implements ClipSource {

    private static final List<Fault> FATAL =
        List.of(Fault.IO_EXCEPTION, Fault.RUNTIME_EXCEPTION, Fault.ERROR, Fault.CUT);

    private final VideoReader reader = VideoReader.create();

    @Override
    public int size() {
      return 20;
    }

    @Override
    public ClipInfo info(int index) {
      return ClipInfo.unlabelled((index % 2 == 0 ? "sound" : "failing") + index);
    }

    @Override
    public List<Clip> clips(int index, ClipRequest request) {
      Fault fault = FATAL.get(index / 2 % FATAL.size());
      Path file = index % 2 == 0 ? folder.resolve("a.mp4") : failing("a.mp4", fault, 0);
      return reader.decode(file, info(index), request);
    }
  }
}
