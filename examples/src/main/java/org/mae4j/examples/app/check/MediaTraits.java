package org.mae4j.examples.app.check;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.mae4j.data.dataset.MediaKind;
import org.mae4j.data.ffmpeg.VideoFacts;
import org.mae4j.data.image.ImageFacts;

/**
 * What a checkup tells of the files of one kind.
 *
 * @param <F> what such a file says of itself
 * @param kind of file
 * @param method one sentence that says how each file was looked at
 * @param columns of the table of files, besides those that files of every kind have
 * @param groupings by which files are counted
 * @param oddities what is worth a word of the files it is true of
 * @param seconds how long a file plays; 0 if it does not say, or nothing moves
 */
record MediaTraits<F>(
    MediaKind kind,
    String method,
    List<Column<F>> columns,
    List<Grouping<F>> groupings,
    List<Oddity<F>> oddities,
    ToDoubleFunction<F> seconds) {

  static final MediaTraits<VideoFacts> VIDEOS =
      new MediaTraits<>(
          MediaKind.VIDEO,
          "Each video was opened and the clip in its middle decoded; those without an index were"
              + " read through.",
          List.of(
              new Column<>("container", VideoFacts::container),
              new Column<>("codec", VideoFacts::codec),
              new Column<>("width", VideoFacts::width),
              new Column<>("height", VideoFacts::height),
              new Column<>("frames_per_second", facts -> orNull(facts.frameRate())),
              new Column<>("variable_rate", facts -> facts.variableRate().orElse(null)),
              new Column<>("video_streams", VideoFacts::videoStreams),
              new Column<>("seconds", facts -> orNull(facts.durationSeconds())),
              new Column<>("frames", facts -> orNull(facts.frames())),
              new Column<>(
                  "key_frames",
                  facts ->
                      facts.keyFrameSeconds().isEmpty() ? null : facts.keyFrameSeconds().size())),
          List.of(
              new Grouping<>("Resolutions", "Resolution", f -> size(f.width(), f.height())),
              new Grouping<>("Frame rates", "Frames/s", MediaTraits::rate),
              new Grouping<>("Codecs", "Codec", VideoFacts::codec),
              new Grouping<>(
                  "Lengths", "Length", facts -> length(facts.durationSeconds().orElse(0)))),
          List.of(
              new Oddity<>(
                  "of a variable frame rate: their frames are picked by time",
                  facts -> facts.variableRate().orElse(false)),
              new Oddity<>(
                  "with several video streams: libav's best is read",
                  facts -> facts.videoStreams() > 1)),
          facts -> facts.durationSeconds().orElse(0));

  static final MediaTraits<ImageFacts> IMAGES =
      new MediaTraits<>(
          MediaKind.IMAGE,
          "Each image was decoded.",
          List.of(
              new Column<>("format", ImageFacts::format),
              new Column<>("colours", ImageFacts::colours),
              new Column<>("bits", ImageFacts::bits),
              new Column<>("width", ImageFacts::width),
              new Column<>("height", ImageFacts::height),
              new Column<>("turned_by_exif", MediaTraits::isTurned)),
          List.of(
              new Grouping<>("Sizes", "Size", facts -> size(facts.width(), facts.height())),
              new Grouping<>(
                  "Shorter sides",
                  "Pixels",
                  facts -> shorterSide(Math.min(facts.width(), facts.height()))),
              new Grouping<>("Formats", "Format", ImageFacts::format),
              new Grouping<>("Colours", "Colours", f -> f.colours() + ", " + f.bits() + " bits"),
              new Grouping<>(
                  "Orientations",
                  "Orientation",
                  facts -> isTurned(facts) ? "turned by Exif" : "as stored")),
          List.of(),
          facts -> 0);

  /**
   * A column.
   *
   * @param value of a file; null where it is unknown
   */
  record Column<F>(String name, Function<F, Object> value) {}

  /**
   * Groups of files that are alike.
   *
   * @param title what is counted, in the plural
   * @param what is common to the files of a group
   * @param group a file's
   */
  record Grouping<F>(String title, String what, Function<F, String> group) {}

  /**
   * Something of few files.
   *
   * @param words that tell it, behind their number
   * @param isTrue of a file
   */
  record Oddity<F>(String words, Predicate<F> isTrue) {}

  private static boolean isTurned(ImageFacts facts) {
    return facts.turned();
  }

  private static Object orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static Object orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static String size(int width, int height) {
    return width + " x " + height;
  }

  private static String rate(VideoFacts facts) {
    return facts.frameRate().isPresent()
        ? String.format(Locale.ROOT, "%.2f", facts.frameRate().getAsDouble())
            + (facts.variableRate().orElse(false) ? ", variable" : "")
        : "unknown";
  }

  private static String length(double seconds) {
    return seconds == 0 ? "unknown" : range(seconds, " s", 1, 2, 5, 10, 30, 60, 300, 1800, 3600);
  }

  private static String shorterSide(int pixels) {
    return range(pixels, "", 32, 64, 128, 224, 256, 512, 1024, 2048);
  }

  /** The range between two bounds that a value lies in. */
  private static String range(double value, String unit, int... bounds) {
    int lower = 0;
    for (int bound : bounds) {
      if (value < bound) {
        return lower + " to " + bound + unit;
      }
      lower = bound;
    }
    return lower + unit + " and more";
  }
}
