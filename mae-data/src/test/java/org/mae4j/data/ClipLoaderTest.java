package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.internal.SequentialClips;

@Timeout(60)
class ClipLoaderTest {

  private static final FrameSampling SAMPLING = new FrameSampling(2, 1, 30);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void readsTheSameClipsWhateverTheNumberOfThreads(int threads) {
    List<String> expected = contents(loader(new FakeClips(10, 3, 4)).optThreads(1), 0, 25);
    assertThat(contents(loader(new FakeClips(10, 3, 4)).optThreads(threads), 0, 25))
        .isEqualTo(expected);
  }

  @Test
  void readsABatchTheSameWithoutThoseBeforeIt() {
    List<String> expected = contents(loader(new FakeClips(10, 3, 4)), 0, 25).subList(20, 25);
    assertThat(contents(loader(new FakeClips(10, 3, 4)), 20, 25)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void replacesAlikeWhetherOrNotAFileIsKnownToBeBroken(Stage stage) {
    ClipLoader.Builder builder = loader(new FakeClips(stage, 10, 3, 4));
    try (ClipLoader loader = builder.build()) {
      String first = content(loader.load(7));
      for (long batch = 0; batch < 40; batch++) {
        assertThat(loader.load(batch).videos()).hasSize(4);
      }
      assertThat(content(loader.load(7))).isEqualTo(first);
    }
  }

  @Test
  void readsBatchesInAnyOrder() {
    List<String> ascending = contents(loader(new FakeClips(10)), 0, 8);
    try (ClipLoader loader = loader(new FakeClips(10)).build()) {
      for (int batch : new int[] {5, 1, 7, 7, 0}) {
        assertThat(content(loader.load(batch))).isEqualTo(ascending.get(batch));
      }
    }
  }

  /** Of videos that lie anywhere, and of such that lie in shards. */
  @ParameterizedTest
  @ValueSource(ints = {400, 8})
  void readsOnlyItsShareOfTheBatchesAheadToo(int shuffleBuffer) {
    Counting whole = new Counting(new FakeClips(400), shuffleBuffer);
    List<String> all = contents(loader(whole), 0, 9);
    Counting videos = new Counting(new FakeClips(400), shuffleBuffer);
    try (ClipLoader loader = loader(videos).build()) {
      loader.readEvery(3);
      for (int batch = 1; batch < 9; batch += 3) {
        assertThat(content(loader.load(batch))).isEqualTo(all.get(batch));
      }
    }
    List<Integer> share = new ArrayList<>();
    try (ClipLoader loader = loader(whole).build()) {
      // Four more are read ahead.
      for (int batch = 1; batch <= 7 + 4 * 3; batch += 3) {
        share.addAll(labels(loader, batch, batch + 1));
      }
    }
    assertThat(share).hasSize(7 * 4).containsAll(videos.read);
    assertThat(videos.read.size()).isBetween(3 * 4, 7 * 4);
  }

  /** Videos in shards, and which of them were read. */
  private record Counting(ClipSource source, int shuffleBuffer, Set<Integer> read)
      implements SequentialClips {

    Counting(ClipSource source, int shuffleBuffer) {
      this(source, shuffleBuffer, ConcurrentHashMap.newKeySet());
    }

    @Override
    public int size() {
      return source.size();
    }

    @Override
    public List<Integer> runs() {
      return List.of(size() / 2, size() / 2);
    }

    @Override
    public ClipInfo info(int index) {
      return source.info(index);
    }

    @Override
    public List<Clip> clips(int index, ClipRequest request) {
      read.add(index);
      return source.clips(index, request);
    }
  }

  @Test
  void readsEveryVideoOnceAPassInAFreshOrder() {
    try (ClipLoader loader = loader(new FakeClips(12)).build()) {
      assertThat(loader.batchesPerPass()).isEqualTo(3);
      List<Integer> first = labels(loader, 0, 3);
      List<Integer> second = labels(loader, 3, 6);
      assertThat(first).doesNotHaveDuplicates().hasSize(12);
      assertThat(second).doesNotHaveDuplicates().hasSize(12).isNotEqualTo(first);
    }
  }

  @Test
  void fillsBatchesAcrossPasses() {
    try (ClipLoader loader = loader(new FakeClips(3)).build()) {
      assertThat(labels(loader, 0, 3).subList(0, 9)).containsOnly(0, 1, 2).hasSize(9);
      assertThat(labels(loader, 0, 3)).hasSize(12);
    }
  }

  @Test
  void otherSeedsReadOtherClips() {
    assertThat(contents(loader(new FakeClips(10)).optSeed(1), 0, 3))
        .isNotEqualTo(contents(loader(new FakeClips(10)).optSeed(2), 0, 3));
  }

  @Test
  void repeatsEveryPassInFixedOrderWithASmallerLastBatch() {
    try (ClipLoader loader = loader(new FakeClips(10)).optFixedOrder().build()) {
      assertThat(loader.batchesPerPass()).isEqualTo(3);
      assertThat(labels(loader, 0, 3)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      assertThat(loader.load(2).videos()).hasSize(2);
      assertThat(content(loader.load(4))).isEqualTo(content(loader.load(1)));
    }
  }

  @Test
  void givesRepeatedClipsOneWindowOrOneEach() {
    try (ClipLoader shared = loader(new FakeClips(5)).optRepeats(4, true).build();
        ClipLoader own = loader(new FakeClips(5)).optRepeats(4, false).build()) {
      assertThat(windows(shared.load(0).videos().get(0))).hasSize(1);
      assertThat(windows(own.load(0).videos().get(0))).hasSize(4);
    }
  }

  @Test
  void windowsAreTheSameHoweverManyAreReadAtATime() {
    FakeClips clips = new FakeClips(5);
    try (ClipLoader loader = loader(clips).optRepeats(4, false).build()) {
      List<Clip> read = loader.load(0).videos().get(0);
      ClipRequest together =
          new ClipRequest(
              SAMPLING, WindowPlacement.random(), 4, false, Draws.WINDOW.generator(42, 0, 0));
      assertThat(read)
          .extracting(clip -> clip.timestamp(0))
          .isEqualTo(
              clips.clips(read.get(0).info().label().getAsInt(), together).stream()
                  .map(clip -> clip.timestamp(0))
                  .toList());
    }
  }

  @Test
  void replacesBrokenFilesAndNamesThem() {
    try (ClipLoader loader = loader(new FakeClips(10, 2, 7)).build()) {
      assertThat(labels(loader, 0, 30)).hasSize(120).doesNotContain(2, 7);
      assertThat(loader.brokenFiles())
          .extracting(ClipReadException::getMessage)
          .containsExactly("video2: decode: out of order", "video7: decode: out of order");
    }
  }

  @Test
  void aVideoForWhichTheTimeWasUpGetsAnotherTry() {
    assertThat(triesOfVideo3(1)).isGreaterThan(2);
    assertThat(triesOfVideo3(Integer.MAX_VALUE)).isEqualTo(2);
  }

  /** How often the video was asked for in some passes, of which the first so many time out. */
  private static int triesOfVideo3(int timeouts) {
    AtomicInteger tries = new AtomicInteger();
    FakeClips busy =
        new FakeClips(10) {
          @Override
          public List<Clip> clips(int index, ClipRequest request) {
            if (index == 3 && tries.incrementAndGet() <= timeouts) {
              throw new ClipReadException("video3", Stage.TIMEOUT, "nothing came for 60.0 s");
            }
            return super.clips(index, request);
          }
        };
    try (ClipLoader loader =
        ClipLoader.builder()
            .setSource(busy)
            .setSampling(SAMPLING)
            .setBatchSize(5)
            .optThreads(1)
            .build()) {
      List<Integer> labels = labels(loader, 0, 20);
      assertThat(loader.brokenFiles()).hasSize(timeouts == 1 ? 0 : 1);
      assertThat(labels.contains(3)).isEqualTo(timeouts == 1);
    }
    return tries.get();
  }

  @Test
  void namesTheVideosThatThereWasSomethingToRemarkOn() {
    try (ClipLoader loader = loader(new FakeClips(10)).optFixedOrder().build()) {
      assertThat(loader.remarks()).isEmpty();
      labels(loader, 0, 6);
      assertThat(loader.remarks())
          .isEqualTo(Map.of("odd", Set.of("video0", "video3", "video6", "video9")));
    }
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void leavesBrokenFilesOutIfAsked(Stage stage) {
    FakeClips clips = new FakeClips(stage, 10, 2, 7, 9);
    ClipLoader.Builder builder = loader(clips).optFixedOrder().optLeaveOutBroken();
    try (ClipLoader loader = builder.build()) {
      for (int pass = 0; pass < 3; pass++) {
        List<Integer> sizes = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (long batch = 3L * pass; batch < 3L * pass + 3; batch++) {
          for (List<Clip> video : loader.load(batch).videos()) {
            sizes.add(video.size());
            video.forEach(clip -> labels.add(clip.info().label().getAsInt()));
          }
        }
        assertThat(sizes).containsExactly(1, 1, 0, 1, 1, 1, 1, 0, 1, 0);
        assertThat(labels).containsExactly(0, 1, 3, 4, 5, 6, 8);
      }
      assertThat(loader.brokenFiles())
          .extracting(ClipReadException::file)
          .containsExactly("video2", "video7", "video9");
      // A fixed pass asks for the same again: what failed once is not tried again.
      assertThat(clips.reads).hasValue(3 + 3 * 7);
    }
  }

  @Test
  void endsWhenTooManyFilesAreLeftOut() {
    try (ClipLoader loader =
        loader(new FakeClips(4, 0, 1, 2)).optFixedOrder().optLeaveOutBroken().build()) {
      assertThatThrownBy(() -> labels(loader, 0, 2))
          .isInstanceOf(TooManyBrokenFilesException.class)
          .hasMessageStartingWith(
              "3 of 4 videos cannot be read, more than the share of 0.5 that is allowed");
    }
  }

  @Test
  void leavesBrokenFilesOutInFixedOrderOnly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader(new FakeClips(4)).optLeaveOutBroken().build())
        .withMessage("broken videos can be left out in fixed order only");
  }

  @Test
  void opensAFileOnceIfItCannotBeOpened() {
    FakeClips clips = new FakeClips(Stage.OPEN, 2, 1);
    try (ClipLoader loader = loader(clips).optThreads(1).optPrefetch(0).build()) {
      assertThat(labels(loader, 0, 10)).containsOnly(0);
      assertThat(clips.reads).hasValue(41);
    }
  }

  @Test
  void endsWhenTooManyFilesAreBroken() {
    try (ClipLoader loader = loader(new FakeClips(4, 0, 1, 2)).optMaxBrokenShare(0.5).build()) {
      TooManyBrokenFilesException failure =
          catchThrowableOfType(TooManyBrokenFilesException.class, () -> labels(loader, 0, 20));
      assertThat(failure.files()).hasSize(3);
      assertThat(failure)
          .hasMessage(
              "3 of 4 videos cannot be read, more than the share of 0.5 that is allowed; one is"
                  + " video0: decode: out of order");
    }
  }

  @Test
  void endsWhenNoFileIsLeft() {
    try (ClipLoader loader = loader(new FakeClips(3, 0, 1, 2)).optMaxBrokenShare(1).build()) {
      assertThatThrownBy(() -> loader.load(0))
          .isInstanceOf(TooManyBrokenFilesException.class)
          .hasMessageStartingWith("3 of 3 videos cannot be read, and none of the others can");
    }
  }

  @Test
  void bringsOtherErrorsToTheCaller() {
    ClipSource faulty =
        new FakeClips(3) {
          @Override
          public List<Clip> clips(int index, ClipRequest request) {
            throw new StackOverflowError("a fault");
          }
        };
    try (ClipLoader loader = loader(faulty).build()) {
      assertThatThrownBy(() -> loader.load(0)).isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void readsNoMoreThanItMayAhead() {
    FakeClips clips = new FakeClips(100);
    ClipLoader loader = loader(clips).optPrefetch(2).build();
    assertThat(loader.load(0).videos()).hasSize(4);
    loader.close();
    assertThat(clips.reads.get()).isBetween(4, 12);
  }

  @Test
  void closesClipsThatNobodyTakes() {
    FakeClips clips = new FakeClips(100);
    try (ClipLoader loader = loader(clips).optPrefetch(2).build()) {
      loader.load(0).close();
      loader.load(50).close();
    }
    assertThat(clips.released).hasValue(clips.reads.get());
  }

  @Test
  void leavesTheClipsOfABatchToItsReader() {
    FakeClips clips = new FakeClips(100);
    ClipLoader loader = loader(clips).optPrefetch(0).build();
    try (LoadedBatch batch = loader.load(0)) {
      loader.close();
      assertThat(batch.videos()).hasSize(4);
      assertThat(clips.released).hasValue(0);
    }
  }

  @Test
  void closingEndsReadsThatHangAndTheCallWaitingForThem() throws InterruptedException {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    ClipSource hanging =
        new FakeClips(3) {
          @Override
          public List<Clip> clips(int index, ClipRequest request) {
            reading.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
              throw new CancellationException();
            }
            return List.of();
          }
        };
    ClipLoader loader = loader(hanging).optThreads(1).build();
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                loader.load(0).videos();
              } catch (IllegalStateException e) {
                seen.set(e);
              }
            });
    caller.start();
    reading.await();
    loader.close();
    interrupted.await();
    caller.join(Duration.ofSeconds(20).toMillis());
    assertThat(seen.get()).hasMessage("the clip loader is closed");
  }

  @Test
  void refusesToReadWhenClosed() {
    ClipLoader loader = loader(new FakeClips(3)).build();
    loader.close();
    assertThatIllegalStateException().isThrownBy(() -> loader.load(0));
  }

  @Test
  void refusesABatchSizeThatIsNoMultipleOfTheRepeats() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader(new FakeClips(3)).optRepeats(3, true).build())
        .withMessage("batch size 4 is not a multiple of the 3 repeats");
  }

  @Test
  void refusesAShareOutsideTheUnitInterval() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipLoader.builder().optMaxBrokenShare(1.5))
        .withMessage("max broken share must be in [0, 1], but was 1.5");
  }

  private static ClipLoader.Builder loader(ClipSource source) {
    return ClipLoader.builder()
        .setSource(source)
        .setSampling(SAMPLING)
        .setBatchSize(4)
        .optPlacement(WindowPlacement.random())
        .optSeed(42);
  }

  private static List<String> contents(ClipLoader.Builder builder, long from, long to) {
    try (ClipLoader loader = builder.build()) {
      return LongStream.range(from, to).mapToObj(i -> content(loader.load(i))).toList();
    }
  }

  /** Which videos and which windows are in a batch. */
  private static String content(LoadedBatch batch) {
    return batch.firstSlot()
        + ": "
        + batch.videos().stream()
            .flatMap(List::stream)
            .map(clip -> clip.info().id() + " at " + clip.timestamp(0))
            .toList();
  }

  private static List<Integer> labels(ClipLoader loader, long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(loader::load)
        .flatMap(batch -> batch.videos().stream())
        .map(clips -> clips.get(0).info().label().getAsInt())
        .toList();
  }

  private static List<Double> windows(List<Clip> clips) {
    return clips.stream().map(clip -> clip.timestamp(0)).distinct().toList();
  }
}
