package org.mae4j.eval.embedding;

import ai.djl.ndarray.NDManager;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.PartFiles;
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
    this.part = unfinished(file);
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
   * Begins a part of a file that several processes make, each of its own videos, such as {@code
   * videos.part(3, 16)}: {@code FILE.parts/00003-of-00016.csv}, which is there once it is finished.
   * {@link #join} makes the file of them.
   *
   * @param file the whole one, as {@link #create} takes it
   * @param part from 1 to {@code parts}
   * @param of what all parts must have in common, by what it is: the hash of the whole list of
   *     videos, of the model, and how it looks at them
   * @throws IllegalArgumentException as {@link #create}, or if other parts of the file are of
   *     something else; the message says of what
   */
  public static EmbeddingFile createPart(
      Path file, int part, int parts, Map<String, String> of, int features) {
    EmbeddingFormat.of(file);
    return create(new PartFiles(file).begin(part, parts, of), features);
  }

  /**
   * Makes a file of its parts, in their order: the rows that one process would have written for all
   * videos, but for the rounding of other batches. The parts stay.
   *
   * @return the file
   * @throws IllegalArgumentException if parts are missing, which the message numbers, they do not
   *     belong together, or there is a file of that name
   * @throws UncheckedIOException if it cannot be read or written
   */
  public static Path join(Path file) {
    EmbeddingFormat format = EmbeddingFormat.of(file);
    Checks.require(!Files.exists(file), "%s exists already", file);
    List<Path> parts = new PartFiles(file).all();
    Path unfinished = unfinished(file);
    try {
      try {
        append(parts, unfinished, format == EmbeddingFormat.CSV);
        Files.move(unfinished, file);
        return file;
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot join the parts of " + file + ": " + e, e);
    }
  }

  private static void append(List<Path> parts, Path file, boolean haveHeaders) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] header = null;
      for (Path part : parts) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(part))) {
          byte[] own = haveHeaders ? line(in) : new byte[0];
          if (header == null) {
            header = own;
            out.write(header);
          }
          Checks.require(
              Arrays.equals(own, header), "%s has another first line than %s", part, parts.get(0));
          in.transferTo(out);
        }
      }
    }
  }

  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      line.write(b);
      if (b == '\n') {
        break;
      }
    }
    return line.toByteArray();
  }

  private static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
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
