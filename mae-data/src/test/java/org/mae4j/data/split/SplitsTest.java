package org.mae4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;

class SplitsTest {

  /** 5 classes of 100 files each, whose order is not that of the classes. */
  private static final ClipDataset ALL = dataset(500, 5);

  @Test
  void takesTheFirstOfEachClass() {
    ClipDataset split = FewShotSplit.first(2).of(ALL);
    assertThat(ids(split))
        .containsExactly(
            "000.mp4", "001.mp4", "002.mp4", "003.mp4", "004.mp4", "005.mp4", "006.mp4", "007.mp4",
            "008.mp4", "009.mp4");
    assertThat(split.classes()).isEqualTo(ALL.classes());
    assertThat(split.name()).isEqualTo("toys, first 2 of each class");
  }

  @Test
  void takesAsManyOfEachClassAtRandom() {
    ClipDataset split = FewShotSplit.random(10, 7).of(ALL);
    assertThat(split.indicesByClass()).hasSize(5).allMatch(members -> members.length == 10);
    assertThat(ids(split)).isSorted().isNotEqualTo(ids(FewShotSplit.first(10).of(ALL)));
    assertThat(split.name()).isEqualTo("toys, 10 of each class by seed 7");
  }

  @Test
  void takesOtherOnesByAnotherSeed() {
    assertThat(FewShotSplit.random(10, 7).of(ALL).listHash())
        .isEqualTo(FewShotSplit.random(10, 7).of(ALL).listHash())
        .isNotEqualTo(FewShotSplit.random(10, 8).of(ALL).listHash());
  }

  /** What a seed means must not change from version to version. */
  @Test
  void takesTheSameOnesForEver() {
    assertThat(ids(FewShotSplit.random(1, 7).of(ALL)))
        .containsExactly("058.mp4", "185.mp4", "219.mp4", "292.mp4", "476.mp4");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -5})
  void laysFewShotsInsideMore(long seed) {
    assertThat(ids(FewShotSplit.random(50, seed).of(ALL)))
        .containsAll(ids(FewShotSplit.random(10, seed).of(ALL)));
    assertThat(ids(FewShotSplit.first(50).of(ALL)))
        .containsAll(ids(FewShotSplit.first(10).of(ALL)));
  }

  @Test
  void drawsTheSameFromAnIncompleteCopy() {
    List<String> whole = ids(FewShotSplit.random(10, 3).of(ALL));
    int lost = Integer.parseInt(whole.get(0).substring(0, 3));
    ClipDataset rest = ALL.subset(IntStream.range(0, 500).filter(i -> i != lost).toArray());
    List<String> found = ids(FewShotSplit.random(10, 3).of(rest));
    assertThat(found).containsAll(whole.subList(1, whole.size())).hasSize(50);
  }

  @Test
  void drawsTheSameInWhateverOrderFilesAreListed() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, 500).boxed().toList());
    Collections.reverse(order);
    ClipDataset turned = ALL.subset(order.stream().mapToInt(Integer::intValue).toArray());
    assertThat(ids(FewShotSplit.random(10, 3).of(turned)))
        .containsExactlyInAnyOrderElementsOf(ids(FewShotSplit.random(10, 3).of(ALL)));
  }

  @Test
  void refusesAClassWithTooFew() {
    ClipDataset small = ALL.subset(IntStream.range(0, 12).toArray());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FewShotSplit.first(3).of(small))
        .withMessageEndingWith("must have at least 3 of each class, but has 2 of class 2");
  }

  @Test
  void refusesShotsOfWhatIsNotLabelled() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FewShotSplit.first(3).of(dataset(10, 0)))
        .withMessage("toys must be labelled, but is not");
  }

  @ParameterizedTest
  @CsvSource({"0.001,1", "0.01,5", "0.0101,6", "1,500"})
  void takesTheFirstFractionRoundedUp(double fraction, int size) {
    ClipDataset part = FractionSubset.first(fraction).of(ALL);
    assertThat(ids(part)).isEqualTo(ids(ALL).subList(0, size));
  }

  /** In binary 0.07 of 300 is a little more than 21. */
  @Test
  void takesFractionsAsTheyAreWritten() {
    assertThat(FractionSubset.first(0.07).of(dataset(300, 5)).size()).isEqualTo(21);
  }

  @Test
  void laysSmallFractionsInsideLargerOnes() {
    ClipDataset tenth = FractionSubset.random(0.1, 4).of(ALL);
    assertThat(tenth.size()).isEqualTo(50);
    assertThat(ids(FractionSubset.random(0.5, 4).of(ALL))).containsAll(ids(tenth));
    assertThat(ids(tenth)).isSorted();
  }

  @Test
  void takesAFractionOfEachClass() {
    ClipDataset part = FractionSubset.perClass(0.02, 4).of(ALL);
    assertThat(part.indicesByClass()).allMatch(members -> members.length == 2);
    assertThat(part.name()).isEqualTo("toys, 0.02 of each class by seed 4");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1.01, -1, Double.NaN})
  void rejectsFractionsOutsideTheUnitInterval(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FractionSubset.first(fraction))
        .withMessage("fraction must be in (0, 1], but was " + fraction);
  }

  @Test
  void takesAFractionOfTheHours() {
    // 500 videos of 1 s to 500 s, but the last of each ten cannot be asked.
    VideoHours hours = VideoHours.of(ALL, (file, info) -> length(info.id()), 4);
    ClipDataset part = FractionSubset.randomHours(0.25, 9, hours).of(ALL);
    double wanted = 0.25 * hours.seconds(ALL);
    assertThat(hours.seconds(part)).isBetween(wanted, wanted + 500);
    assertThat(ids(part)).isSorted().noneMatch(id -> id.endsWith("9.mp4"));
    assertThat(ids(FractionSubset.randomHours(0.5, 9, hours).of(ALL))).containsAll(ids(part));
    assertThat(hours.unknown()).hasSize(50);
  }

  private static double length(String id) {
    int number = Integer.parseInt(id.substring(0, 3));
    if (number % 10 == 9) {
      throw new ClipReadException(id, ClipReadException.Stage.OPEN, "broken");
    }
    return number + 1;
  }

  @Test
  void setsAShareOfEachClassApart() {
    HoldOut cut = HoldOut.of(ALL, 0.1, 2);
    // Of 100 each, as by a die.
    assertThat(cut.validation().indicesByClass())
        .allSatisfy(members -> assertThat(members.length).isBetween(5, 15));
    List<String> both = new ArrayList<>(ids(cut.train()));
    both.addAll(ids(cut.validation()));
    assertThat(both).containsExactlyInAnyOrderElementsOf(ids(ALL));
    assertThat(ids(cut.train())).isSorted();
    assertThat(cut.validation().name()).isEqualTo("toys, 0.1 set apart by seed 2");
  }

  @Test
  void setsAShareOfUnlabelledFilesApart() {
    HoldOut cut = HoldOut.of(dataset(10, 0), 0.01, 2);
    assertThat(cut.validation().size()).isEqualTo(1);
    assertThat(cut.train().size()).isEqualTo(9);
  }

  @Test
  void refusesToCutAClassOfOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HoldOut.of(dataset(5, 4), 0.5, 2))
        .withMessage("toys must have at least 2 of class 1 for 2 parts, but has 1");
  }

  @Test
  void refusesToCutASingleUnlabelledFile() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HoldOut.of(dataset(1, 0), 0.5, 2))
        .withMessage("toys must have at least 2 files for 2 parts, but has 1");
  }

  /** What a seed means must not change from version to version. */
  @Test
  void setsTheSameOnesApartForEver() {
    assertThat(ids(HoldOut.of(dataset(30, 5), 0.17, 7).validation()))
        .containsExactly("000.mp4", "011.mp4", "013.mp4", "014.mp4", "016.mp4", "017.mp4");
  }

  @Test
  void setsATestSetApartToo() {
    HoldOut.WithTest cut = HoldOut.withTest(ALL, 0.08, 0.25, 2);
    assertThat(cut.validation().indicesByClass())
        .allSatisfy(members -> assertThat(members.length).isBetween(4, 14));
    assertThat(cut.test().indicesByClass())
        .allSatisfy(members -> assertThat(members.length).isBetween(15, 35));
    List<String> together = new ArrayList<>(ids(cut.train()));
    together.addAll(ids(cut.validation()));
    together.addAll(ids(cut.test()));
    assertThat(together).containsExactlyInAnyOrderElementsOf(ids(ALL));
    assertThat(ids(cut.test())).isSorted();
    assertThat(cut.train().name()).isEqualTo("toys without 0.08 and 0.25 set apart by seed 2");
    assertThat(cut.validation().name()).isEqualTo("toys, 0.08 set apart by seed 2");
    assertThat(cut.test().name()).isEqualTo("toys, another 0.25 set apart by seed 2");
  }

  @Test
  void choosesByTheSameFilesWithATestSetAndWithout() {
    assertThat(ids(HoldOut.withTest(ALL, 0.08, 0.25, 2).validation()))
        .isEqualTo(ids(HoldOut.of(ALL, 0.08, 2).validation()));
  }

  /** Files come, go, are renamed and listed in another order: each other one stays in its part. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void movesNoFileFromPartToPartWhateverOthersThereAre(long seed) {
    HoldOut.WithTest whole = HoldOut.withTest(ALL, 0.08, 0.25, seed);
    int[] some = IntStream.range(0, 500).filter(i -> i % 7 != seed % 7).toArray();
    int[] turned = Arrays.stream(some).map(i -> some[some.length - 1] - i + some[0]).toArray();
    for (ClipDataset other : List.of(ALL.subset(some), renamed(ALL, 50))) {
      HoldOut.WithTest cut = HoldOut.withTest(other, 0.08, 0.25, seed);
      assertThat(ids(whole.test())).containsAll(known(cut.test()));
      assertThat(ids(whole.validation())).containsAll(known(cut.validation()));
      assertThat(ids(whole.train())).containsAll(known(cut.train()));
    }
    assertThat(ids(HoldOut.withTest(ALL.subset(turned), 0.08, 0.25, seed).test()))
        .isSubsetOf(ids(whole.test()));
  }

  /** The same classes, every so manyth file under another name. */
  private static ClipDataset renamed(ClipDataset all, int every) {
    List<ClipInfo> clips =
        IntStream.range(0, all.size())
            .mapToObj(all::info)
            .map(c -> c.id().hashCode() % every == 0 ? new ClipInfo("new " + c.id(), c.label()) : c)
            .toList();
    return new ClipDataset(all.name(), all.root(), clips, all.classes(), ClipReader.create());
  }

  private static List<String> known(ClipDataset part) {
    return ids(part).stream().filter(id -> !id.startsWith("new ")).toList();
  }

  @ParameterizedTest
  @CsvSource({"0.08,0.25", "0.6,0.39", "0.01,0.98", "0.98,0.01"})
  void leavesOneOfEachClassToEachPart(double validation, double test) {
    HoldOut.WithTest cut = HoldOut.withTest(dataset(12, 4), validation, test, 2);
    for (ClipDataset part : List.of(cut.train(), cut.validation(), cut.test())) {
      assertThat(part.indicesByClass()).hasSize(4).allMatch(members -> members.length == 1);
    }
  }

  @Test
  void cutsUnlabelledFilesInThree() {
    HoldOut.WithTest cut = HoldOut.withTest(dataset(1000, 0), 0.2, 0.3, 2);
    assertThat(cut.validation().size()).isBetween(170, 230);
    assertThat(cut.test().size()).isBetween(260, 340);
    assertThat(cut.train().size() + cut.validation().size() + cut.test().size()).isEqualTo(1000);
  }

  @Test
  void leavesOutClassesWithoutFiles() {
    ClipDataset some = ALL.subset(0, 5, 10, 1, 6, 11);
    HoldOut.WithTest cut = HoldOut.withTest(some, 0.3, 0.3, 2);
    assertThat(cut.test().size()).isEqualTo(2);
    assertThat(cut.test().classes()).isEqualTo(ALL.classes());
  }

  @Test
  void refusesToCutAClassOfTwoInThree() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HoldOut.withTest(dataset(5, 2), 0.3, 0.3, 2))
        .withMessage("toys must have at least 3 of class 1 for 3 parts, but has 2");
  }

  @Test
  void refusesSharesThatLeaveNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HoldOut.withTest(ALL, 0.5, 0.5, 2))
        .withMessage(
            "validation and test share must be less than 1 together, but were 0.5 and 0.5");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
  void rejectsSharesOutsideTheUnitInterval(double share) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HoldOut.of(ALL, share, 2))
        .withMessage("share must be in (0, 1), but was " + share);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HoldOut.withTest(ALL, 0.1, share, 2))
        .withMessage("test share must be in (0, 1), but was " + share);
  }

  private static ClipDataset dataset(int size, int classes) {
    List<ClipInfo> clips =
        IntStream.range(0, size)
            .mapToObj(
                i ->
                    new ClipInfo(
                        String.format(Locale.ROOT, "%03d.mp4", i),
                        classes == 0 ? OptionalInt.empty() : OptionalInt.of(i % classes)))
            .toList();
    List<String> names = IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    return new ClipDataset("toys", Path.of("toys"), clips, names, ClipReader.create());
  }

  private static List<String> ids(ClipDataset dataset) {
    return dataset.clips().stream().map(ClipInfo::id).toList();
  }
}
