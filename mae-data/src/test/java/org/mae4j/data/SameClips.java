package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.dataset.ClipReader;

/** Whether two readers give the same clips of a file, or fail alike, whatever is asked for. */
public final class SameClips {

  private static final List<FrameSampling> SAMPLINGS =
      List.of(
          new FrameSampling(16, 3, 30),
          new FrameSampling(16, 8, 30),
          new FrameSampling(4, 2, 30),
          new FrameSampling(1, 1, 30),
          new FrameSampling(40, 1, 24));

  private static final List<WindowPlacement> FIXED =
      List.of(
          WindowPlacement.centre(),
          new WindowPlacement.AtFraction(0),
          new WindowPlacement.AtFraction(0.37),
          new WindowPlacement.AtFraction(1),
          new WindowPlacement.Uniform(1, 3));

  private SameClips() {}

  /**
   * Asks both readers for the same, many times.
   *
   * @param draws random windows of each sampling
   */
  public static void check(ClipReader expected, ClipReader actual, Path file, int draws) {
    for (FrameSampling sampling : SAMPLINGS) {
      for (WindowPlacement placement : FIXED) {
        check(expected, actual, file, sampling, placement, 1, true, 0);
      }
      for (int draw = 0; draw < draws; draw++) {
        check(expected, actual, file, sampling, WindowPlacement.random(), 2, draw % 2 == 0, draw);
      }
    }
  }

  private static void check(
      ClipReader expected,
      ClipReader actual,
      Path file,
      FrameSampling sampling,
      WindowPlacement placement,
      int clips,
      boolean shared,
      int seed) {
    String what = file.getFileName() + ", " + sampling + ", " + placement + ", seed " + seed;
    Answer right =
        Answer.of(
            expected,
            file,
            new ClipRequest(sampling, placement, clips, shared, Seeds.generator(seed)));
    RandomGenerator random = Seeds.generator(seed);
    Answer given =
        Answer.of(actual, file, new ClipRequest(sampling, placement, clips, shared, random));
    assertThat(given.error).as(what).isEqualTo(right.error);
    assertThat(given.clips).as(what).hasSameSizeAs(right.clips);
    for (int i = 0; i < right.clips.size(); i++) {
      if (i > 0 && right.clips.get(i) == right.clips.get(0)) {
        assertThat(given.clips.get(i)).as(what).isSameAs(given.clips.get(0));
        continue;
      }
      try (Clip one = right.clips.get(i);
          Clip other = given.clips.get(i)) {
        assertThat(other.info()).as(what).isEqualTo(one.info());
        assertThat(other.shape()).as(what).isEqualTo(one.shape());
        assertThat(other.isStill()).as(what).isEqualTo(one.isStill());
        for (int t = 0; t < sampling.frames(); t++) {
          assertThat(other.timestamp(t)).as("time %s of %s", t, what).isEqualTo(one.timestamp(t));
          assertThat(other.frame(t).equals(one.frame(t))).as("frame %s of %s", t, what).isTrue();
        }
      }
    }
  }

  private record Answer(List<Clip> clips, String error) {

    static Answer of(ClipReader reader, Path file, ClipRequest request) {
      ClipInfo info = ClipInfo.unlabelled(file.getFileName().toString());
      try {
        return new Answer(reader.read(file, info, request), "none");
      } catch (ClipReadException e) {
        return new Answer(List.of(), e.stage() + " " + e.getMessage());
      }
    }
  }
}
