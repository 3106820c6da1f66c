package org.mae4j.eval.embedding;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.internal.EvaluationPass;

/**
 * Features of videos in a new file, row by row, for more of them than fit into memory. The file
 * comes to be when it is whole, or not at all; numbers read back as the same float32.
 *
 * <pre>{@code
 * try (EmbeddingFile rows = EmbeddingFile.create(file, 768)) {
 *   rows.add(clip.id(), features);
 *   rows.finish();
 * }
 * }</pre>
 */
public final class EmbeddingFile implements AutoCloseable {

  private final Path file;
  private final Path part;
  private final EmbeddingFormat format;
  private final int features;
  private final Writer out;

  private EmbeddingFile(Path file, int features) {
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    this.format = EmbeddingFormat.of(file);
    this.features = Checks.atLeast(1, features, "features");
    Checks.require(!Files.exists(file), "%s exists already", file);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      out = Files.newBufferedWriter(part);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    try {
      format.writeHeader(out, features);
    } catch (IOException e) {
      close();
      throw cannotWrite(e);
    }
  }

  /**
   * Encodes one pass with every token visible, on the encoder's device, and writes a row for each
   * clip as it comes. The file is checked before anything is computed.
   *
   * @param file as {@link #create} takes it
   * @param clips stays the caller's to close; what of it cannot be read is left out, and then among
   *     its broken files
   * @return how many rows were written
   * @throws IllegalArgumentException as {@link #create}, or if a feature is not finite, or there is
   *     no clip
   * @throws RuntimeException what the source throws where too much of it cannot be read: of videos,
   *     more than half
   */
  public static int write(Path file, Encoder encoder, Pooling pooling, BatchSource clips) {
    int width = pooling.features(encoder.grid(), encoder.width());
    AtomicInteger written = new AtomicInteger();
    try (EmbeddingFile rows = create(file, width);
        NDManager manager = EvaluationPass.newManager(encoder, null)) {
      EvaluationPass.forEachBatch(
          "features",
          clips,
          manager,
          batch -> {
            float[] values = EvaluationPass.features(encoder, pooling, batch).toFloatArray();
            for (int i = 0; i < batch.size(); i++) {
              rows.add(
                  batch.sources().get(i).id(),
                  Arrays.copyOfRange(values, i * width, (i + 1) * width));
            }
            written.addAndGet(batch.size());
          });
      rows.finish();
    }
    return written.get();
  }

  /**
   * Begins a file, under another name beside it; missing folders are made.
   *
   * @param file of its ending: {@code .csv}, a line of names, then for each video its path and its
   *     features; or {@code .jsonl}, for each video one object with its path and the array of its
   *     features
   * @param features F, of each video, at least 1
   * @throws IllegalArgumentException if the ending is another, or there is a file of that name
   * @throws UncheckedIOException if it cannot be written; the message names the file
   */
  public static EmbeddingFile create(Path file, int features) {
    return new EmbeddingFile(file, features);
  }

  /**
   * Adds a video's F features.
   *
   * @throws IllegalArgumentException if they are not F, or one is not finite, as of a model whose
   *     weights are damaged
   */
  public void add(String video, float... row) {
    Checks.require(
        row.length == features,
        "%s must have %s features, but has %s",
        video,
        features,
        row.length);
    for (float feature : row) {
      if (!Float.isFinite(feature)) {
        throw new IllegalArgumentException(
            "features must be finite, but " + video + " has " + feature + ": check the model");
      }
    }
    try {
      format.writeRow(out, video, row);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Gives the file its name.
   *
   * @throws IllegalArgumentException if there is a file of that name by now
   */
  public void finish() {
    try {
      out.close();
      Files.move(part, file);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(file + " exists already", e);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException("cannot write " + file + ": " + e, e);
  }

  /** Leaves nothing behind unless the file is finished. */
  @Override
  public void close() {
    try {
      try {
        out.close();
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }
}
