package org.mae4j.data.ffmpeg.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PacketPlanTest {

  @Test
  void decodesFromTheKeyFrameToTheFrameThatIsSeen() {
    List<PacketInfo> packets = packets("k0 p1 p2 p3 p4");

    assertThat(plan(packets, 2)).isEqualTo("rrS..");
    assertThat(plan(packets, 0)).isEqualTo("S....");
    assertThat(plan(packets, 1, 3)).isEqualTo("rSrS.");
  }

  @Test
  void goesByTheOrderOfDecoding() {
    // Shown as 0 1 2 3 4, decoded with B-frames.
    List<PacketInfo> packets = packets("k0 p4 p2 p1 p3");

    assertThat(plan(packets, 2)).isEqualTo("rrS..");
    assertThat(plan(packets, 1)).isEqualTo("rrrS.");
    assertThat(plan(packets, 4)).isEqualTo("rS...");
  }

  @Test
  void decodesNothingBetweenTheLastFrameSeenAndTheNextKeyFrameNeeded() {
    List<PacketInfo> packets = packets("k0 p1 p2 k3 p4 p5 k6 p7 p8");

    assertThat(plan(packets, 1, 7)).isEqualTo("rS....rS.");
    assertThat(plan(packets, 7)).isEqualTo("......rS.");
    assertThat(plan(packets, 2, 3)).isEqualTo("rrSS.....");
  }

  @Test
  void beginsAnewBehindWhatIsLeftOutAndNowhereElse() {
    PacketPlan plan = PacketPlan.of(packets("p0 k1 p2 k3 p4 k5 p6"), 1, 4, 6).orElseThrow();

    assertThat(plan).hasToString(".S.rSrS");
    assertThat(IntStream.range(0, plan.size()).filter(plan::beginsAt)).containsExactly(1, 3);
  }

  @Test
  void hasPicturesThatLeadAKeyFrameReferToTheGroupBefore() {
    // An open group: 4 and 5 are shown before the key frame 6 and decoded behind it.
    List<PacketInfo> packets = packets("k0 p3 p1 p2 k6 p4 p5 p9 p7 p8");

    assertThat(plan(packets, 5)).isEqualTo("rrrrrrS...");
    assertThat(plan(packets, 7)).isEqualTo("....rrrrS.");
    assertThat(plan(packets, 5, 7)).isEqualTo("rrrrrrSrS.");
  }

  @Test
  void decodesWhatIsCutAwayButRefersToNothingOfIt() {
    List<PacketInfo> packets = packets("k-2x p-1x p0 p1");

    assertThat(plan(packets, 0)).isEqualTo("rrS.");
    assertThat(PacketPlan.of(packets, -1)).isEmpty();
  }

  @Test
  void hasNoPlanForFramesThatAreNotThereOrHaveNoKeyFrame() {
    assertThat(PacketPlan.of(packets("k0 p1"), 1, 2)).isEmpty();
    assertThat(PacketPlan.of(packets("p0 p1 k2"), 1)).isEmpty();
    assertThat(PacketPlan.of(packets("k2 p1"), 1)).isEmpty();
  }

  @Test
  void leavesEverythingOutIfNothingIsSeen() {
    assertThat(plan(packets("k0 p1"))).isEqualTo("..");
  }

  private static String plan(List<PacketInfo> packets, long... wanted) {
    return PacketPlan.of(packets, wanted).orElseThrow().toString();
  }

  /** By their presentation times: key frames k, others p, those that are not shown with an x. */
  static List<PacketInfo> packets(String text) {
    String[] words = text.split(" ", -1);
    return IntStream.range(0, words.length)
        .mapToObj(
            i ->
                new PacketInfo(
                    Long.parseLong(words[i].replaceAll("[kpx]", "")),
                    words[i].startsWith("k"),
                    !words[i].endsWith("x")))
        .toList();
  }
}
