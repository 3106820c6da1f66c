package org.mae4j.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mae4j.models.torch.TorchEngine;

/** What NCCL is asked, and what becomes of its answers. */
@Timeout(60)
class NcclRanksTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private final NDManager manager = TorchEngine.newManager();
  private final FakeNccl nccl = new FakeNccl();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  private NcclRanks ranks(Duration limit, Runnable halt) {
    return new NcclRanks(
        nccl, 1, 2, new Pointer(11), () -> new Pointer(7), manager, limit, LONG, halt);
  }

  private NcclRanks ranks() {
    return ranks(LONG, () -> {});
  }

  @Test
  void sumsWhereArraysLieAsOneGroupAndOthersByABuffer() {
    nccl.other = 10;
    NDArray first = manager.ones(new Shape(2, 3));
    NDArray turned = manager.arange(6f).reshape(2, 3).transpose();
    NDArray none = manager.create(new Shape(0));
    NDArray last = manager.create(5f);
    try (NcclRanks ranks = ranks()) {
      ranks.sum(List.of(first, turned, none, last));

      assertThat(ranks.rank()).isOne();
      assertThat(ranks.size()).isEqualTo(2);
    }
    assertThat(nccl.calls)
        .containsExactly(
            "group",
            "sum 6 of type 7 op 0 on 7",
            "sum 1 of type 7 op 0 on 7",
            "end",
            "sum 6 of type 7 op 0 on 7",
            "destroy");
    assertThat(first.toFloatArray()).containsOnly(11);
    assertThat(turned.toFloatArray()).containsExactly(10, 13, 11, 14, 12, 15);
    assertThat(last.getFloat()).isEqualTo(15);
  }

  @Test
  void sumsNumbersInDoublePrecision() {
    nccl.other = 0.25;
    try (NcclRanks ranks = ranks()) {
      assertThat(ranks.sum(1, 1e-17)).containsExactly(1.25, 0.25 + 1e-17);
      assertThat(ranks.sum()).isEmpty();
    }
    assertThat(nccl.calls).containsExactly("sum 2 of type 8 op 0 on 7", "destroy");
  }

  @Test
  void sendsBytesOfAnyType() {
    try (NcclRanks ranks = ranks()) {
      ranks.broadcast(List.of(manager.zeros(new Shape(3)), manager.create(new long[] {1})));
    }
    assertThat(nccl.calls)
        .containsExactly(
            "group",
            "send 12 of type 1 from 0 on 7",
            "send 8 of type 1 from 0 on 7",
            "end",
            "destroy");
  }

  @Test
  void aCallThatFailsIsTheLast() {
    nccl.result = FakeNccl.SYSTEM_ERROR;
    NcclRanks ranks = ranks();
    try (ranks) {
      String message = "rank 1 of 2 has lost another: unhandled system error";
      assertThatThrownBy(() -> ranks.sum(List.of(manager.ones(new Shape(1)))))
          .isInstanceOf(RankLostException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> ranks.sum(1)).hasMessage(message);
    }
    assertThat(nccl.aborted).isTrue();
    assertThat(nccl.calls).containsExactly("group", "sum 1 of type 7 op 0 on 7");
  }

  @Test
  void whatHappensMeanwhileIsToldAtTheNextCall() throws Exception {
    try (NcclRanks ranks = ranks()) {
      ranks.sum(1);
      nccl.asyncError = FakeNccl.SYSTEM_ERROR;
      awaitAbort();
      assertThatThrownBy(() -> ranks.sum(1))
          .isInstanceOf(RankLostException.class)
          .hasMessage("rank 1 of 2 has lost another: unhandled system error");
    }
  }

  @Test
  void othersAreWaitedForUpToTheLimitAndOnlyWhileSomethingIsQueued() throws Exception {
    try (NcclRanks ranks = ranks(Duration.ofMillis(300), () -> {})) {
      ranks.sum(1);
      TimeUnit.MILLISECONDS.sleep(900);
      assertThat(nccl.aborted).isFalse();

      ranks.sum(List.of(manager.ones(new Shape(1))));
      awaitAbort();
      assertThatThrownBy(() -> ranks.sum(1))
          .isInstanceOf(RankLostException.class)
          .hasMessage("rank 1 of 2 has lost another: nothing was heard of the others for 0 s");
    }
  }

  @Test
  void endsTheProcessWhereTheTrainingThreadDoesNotComeBack() throws Exception {
    CountDownLatch halted = new CountDownLatch(1);
    try (NcclRanks ranks =
        new NcclRanks(
            nccl,
            0,
            2,
            new Pointer(11),
            () -> new Pointer(7),
            manager,
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            halted::countDown)) {
      ranks.sum(List.of(manager.ones(new Shape(1))));
      assertThat(halted.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(ranks.rank()).isZero();
    }
  }

  @Test
  void withoutCudaOneLineSaysSo() {
    assumeTrue(manager.getEngine().getGpuCount() == 0);
    assertThatThrownBy(Nccl::load)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "ranks on GPUs need NCCL, which PyTorch's CUDA builds for Linux bring, but: ")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private void awaitAbort() throws InterruptedException {
    for (int i = 0; i < 300 && !nccl.aborted; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(nccl.aborted).isTrue();
  }
}
