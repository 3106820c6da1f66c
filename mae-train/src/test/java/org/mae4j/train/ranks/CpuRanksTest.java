package org.mae4j.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mae4j.models.torch.TorchEngine;

/** Ranks on threads of one process, which the engine keeps apart as it does processes. */
@Timeout(60)
class CpuRanksTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final NDManager MANAGER = TorchEngine.newManager();

  @BeforeAll
  static void skipElsewhere() {
    assumeFalse(Xgboost.isForOtherPlatformsOnly(), "the engine is not made for this platform");
  }

  @AfterAll
  static void closeManager() {
    MANAGER.close();
  }

  @Test
  void sumsInPlaceWhateverLiesWhere() throws Exception {
    List<float[]> sums =
        together(
            3,
            ranks -> {
              NDArray small = MANAGER.create(new float[] {ranks.rank(), 1});
              NDArray turned = MANAGER.arange(6f).reshape(2, 3).transpose();
              NDArray large = MANAGER.ones(new Shape(1 << 20));
              NDArray none = MANAGER.create(new Shape(0));
              NDArray scalar = MANAGER.create(2f);
              ranks.sum(List.of(small, turned, large, none, scalar));
              assertThat(turned.toFloatArray()).containsExactly(0, 9, 3, 12, 6, 15);
              assertThat(large.getFloat((1 << 20) - 1)).isEqualTo(3);
              assertThat(scalar.getFloat()).isEqualTo(6);
              return small.toFloatArray();
            });
    assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(3, 3));
  }

  @Test
  void sumsNumbersToTheSameBitsEverywhere() throws Exception {
    List<double[]> sums =
        together(3, ranks -> ranks.sum(0.1 * (ranks.rank() + 1), -0.0, 1e300, Double.NaN));
    assertThat(sums.get(1)).isEqualTo(sums.get(0));
    assertThat(sums.get(2)).isEqualTo(sums.get(0));
    assertThat(sums.get(0)[2]).isEqualTo(3e300);
    assertThat(sums.get(0)[3]).isNaN();
    assertThat(together(2, ranks -> ranks.sum()).get(0)).isEmpty();
  }

  @Test
  void sendsWhatTheFirstHas() throws Exception {
    together(
        3,
        ranks -> {
          NDArray floats = MANAGER.create(new float[] {ranks.rank(), 5});
          NDArray whole = MANAGER.create(new long[] {ranks.rank() + 7});
          ranks.broadcast(List.of(floats, whole));
          assertThat(floats.toFloatArray()).containsExactly(0, 5);
          assertThat(whole.getLong()).isEqualTo(7);
          return null;
        });
  }

  @Test
  void refusesOtherTypesBeforeAnythingIsSent() throws Exception {
    together(
        2,
        ranks -> {
          NDArray whole = MANAGER.zeros(new Shape(2), DataType.INT64);
          assertThatIllegalArgumentException()
              .isThrownBy(() -> ranks.sum(List.of(whole)))
              .withMessage("arrays to be summed must be float32, but are int64");
          return ranks.sum(1);
        });
  }

  @Test
  void thoseWhoAskAfterOneHasLeftAreToldSo() throws Exception {
    List<String> told =
        together(
            2,
            ranks -> {
              if (ranks.rank() == 1) {
                ranks.close();
                return "";
              }
              String message = "";
              for (int i = 0; i < 2; i++) {
                try {
                  ranks.sum(1);
                } catch (RankLostException e) {
                  message = e.getMessage();
                }
              }
              return message;
            });
    assertThat(told.get(0)).startsWith("rank 0 of 2 has lost another, which has ended or cannot");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RankEnvironment first = new RankEnvironment(0, 2, 0, "127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(() -> first.open(MANAGER, Duration.ofSeconds(1), LONG))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "rank 0 cannot wait for the others at 127.0.0.1:"
                  + taken.getLocalPort()
                  + ", is the port taken? It tried for 1 s: ");
    }
  }

  @Test
  void othersThatNeverComeAreWaitedForUpToTheLimit() throws Exception {
    int port = freePort();
    Duration second = Duration.ofSeconds(1);
    for (int rank = 0; rank < 2; rank++) {
      RankEnvironment lonely = new RankEnvironment(rank, 2, 0, "127.0.0.1", port);
      assertThatThrownBy(() -> lonely.open(MANAGER, second, LONG))
          .isInstanceOf(RankLostException.class)
          .hasMessageStartingWith(
              "rank " + rank + " of 2 waited 1 s at 127.0.0.1:" + port + " in vain: ");
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** What each rank answers, on a thread of its own. */
  private static <T> List<T> together(int size, Function<Ranks, T> work) throws Exception {
    int port = freePort();
    List<CompletableFuture<T>> answers =
        IntStream.range(0, size)
            .mapToObj(
                rank ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          RankEnvironment one =
                              new RankEnvironment(rank, size, rank, "127.0.0.1", port);
                          try (Ranks ranks = one.open(MANAGER, LONG, LONG)) {
                            return work.apply(ranks);
                          }
                        },
                        command -> new Thread(command).start()))
            .toList();
    List<T> all = new ArrayList<>();
    for (CompletableFuture<T> answer : answers) {
      all.add(answer.get());
    }
    return all;
  }
}
