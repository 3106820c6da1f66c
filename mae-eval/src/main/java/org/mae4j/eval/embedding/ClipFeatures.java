package org.mae4j.eval.embedding;

import ai.djl.ndarray.NDManager;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.internal.EvaluationPass;

/**
 * One feature vector for each clip.
 *
 * <pre>{@code
 * ClipFeatures features = ClipFeatures.of(encoder, Pooling.MEAN, clips);
 * features.write(Path.of("features.csv"));
 * features.neighbours(0, 5).forEach(System.out::println);
 * }</pre>
 *
 * @param clips n clips, at least 1
 * @param rows n vectors of F features, finite
 * @param broken why each of the other videos could not be read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ClipFeatures(List<ClipInfo> clips, float[][] rows, List<ClipReadException> broken) {

  public ClipFeatures {
    clips = List.copyOf(clips);
    broken = List.copyOf(broken);
    Checks.atLeast(1, clips.size(), "clips");
    Checks.require(
        rows.length == clips.size(),
        "%s clips must have as many rows, but have %s",
        clips.size(),
        rows.length);
    for (int i = 0; i < rows.length; i++) {
      Checks.require(
          rows[i].length == rows[0].length && rows[i].length > 0,
          "rows must be of equal length of at least 1, but are of %s and %s",
          rows[0].length,
          rows[i].length);
      requireFinite(clips.get(i).id() + ": features", rows[i]);
    }
  }

  private static void requireFinite(String name, float[] row) {
    for (float value : row) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(name + " must be finite, but one was " + value);
      }
    }
  }

  /** Features of clips that could all be read. */
  public ClipFeatures(List<ClipInfo> clips, float[][] rows) {
    this(clips, rows, List.of());
  }

  /**
   * Encodes one pass with every token visible, on the encoder's device.
   *
   * @param source stays the caller's to close; what of it cannot be read is left out
   * @throws IllegalArgumentException if the encoder returns a value that is not finite, or there is
   *     no clip that can be read
   */
  public static ClipFeatures of(Encoder encoder, Pooling pooling, BatchSource source) {
    List<ClipInfo> clips = new ArrayList<>();
    List<float[]> rows = new ArrayList<>();
    try (NDManager manager = EvaluationPass.newManager(encoder, null)) {
      EvaluationPass.forEachBatch(
          "features",
          source,
          manager,
          batch -> {
            float[] values = EvaluationPass.features(encoder, pooling, batch).toFloatArray();
            int width = values.length / batch.size();
            for (int k = 0; k < batch.size(); k++) {
              rows.add(Arrays.copyOfRange(values, k * width, (k + 1) * width));
            }
            clips.addAll(batch.sources());
          });
    }
    return new ClipFeatures(clips, rows.toArray(new float[0][]), source.brokenFiles());
  }

  /** n. */
  public int size() {
    return clips.size();
  }

  /** F. */
  public int width() {
    return rows[0].length;
  }

  /**
   * The n labels.
   *
   * @throws IllegalStateException if a clip has none
   */
  public int[] labels() {
    return clips.stream()
        .mapToInt(
            clip ->
                clip.label()
                    .orElseThrow(() -> new IllegalStateException(clip.id() + " has no label")))
        .toArray();
  }

  /**
   * A copy of the rows, as {@link TSne}, {@link Silhouette} and {@link Trustworthiness} take them.
   */
  public double[][] points() {
    return Arrays.stream(rows)
        .map(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray())
        .toArray(double[][]::new);
  }

  /**
   * A clip that is near.
   *
   * @param similarity the cosine, in [-1, 1]; 0 beside features that are all 0
   */
  public record Neighbour(ClipInfo clip, double similarity) {}

  /**
   * The other clips most similar to one of these.
   *
   * @param index in [0, n)
   * @param count at least 1; there may be fewer
   * @return the most similar first; of equal ones, the first of the clips
   */
  public List<Neighbour> neighbours(int index, int count) {
    Checks.require(
        index >= 0 && index < size(), "clip must be in [0, %s), but was %s", size(), index);
    return nearest(rows[index], count, index);
  }

  /**
   * The clips most similar to features from elsewhere, such as another clip's by the same encoder.
   *
   * @param row F features, finite
   * @param count at least 1; there may be fewer
   * @return the most similar first; of equal ones, the first of the clips
   */
  public List<Neighbour> neighbours(float[] row, int count) {
    Checks.require(
        row.length == width(), "a row must have %s features, but has %s", width(), row.length);
    requireFinite("features", row);
    return nearest(row, count, -1);
  }

  private List<Neighbour> nearest(float[] row, int count, int itself) {
    Checks.atLeast(1, count, "neighbours");
    return IntStream.range(0, size())
        .filter(i -> i != itself)
        .mapToObj(i -> new Neighbour(clips.get(i), cosine(row, rows[i])))
        .sorted(Comparator.comparingDouble(Neighbour::similarity).reversed())
        .limit(count)
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
    return lengths == 0 ? 0 : Math.max(-1, Math.min(1, dot(a, b) / lengths));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /**
   * Writes a new file, whole or not at all, as {@link EmbeddingFile#create} says.
   *
   * @throws IllegalArgumentException if its ending is neither .csv nor .jsonl, or there is a file
   *     of that name
   * @throws UncheckedIOException if it cannot be written; the message names the file
   */
  public void write(Path file) {
    try (EmbeddingFile out = EmbeddingFile.create(file, width())) {
      for (int i = 0; i < size(); i++) {
        out.add(clips.get(i).id(), rows[i]);
      }
      out.finish();
    }
  }
}
