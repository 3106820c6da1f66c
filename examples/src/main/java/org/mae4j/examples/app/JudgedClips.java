package org.mae4j.examples.app;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInput;
import org.mae4j.api.Normalization;
import org.mae4j.api.training.Classifier;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Row;
import org.mae4j.eval.report.Block.Video;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.examples.support.PageVideo;

/**
 * A few clips that a classifier has taken for what they are, and a few that it has not, as videos
 * for a page.
 *
 * @param right of a class each, as far as there are
 * @param wrong of a pair of classes each, as far as there are
 */
record JudgedClips(List<Video> right, List<Video> wrong) {

  /** Of each. */
  private static final int MOST = 4;

  /** So that a large test set is not read a second time. */
  private static final int MOST_BATCHES = 8;

  private static final int COMFORTABLE_WIDTH = 160;
  private static final int MILLIS = 1000;

  JudgedClips {
    right = List.copyOf(right);
    wrong = List.copyOf(wrong);
  }

  /**
   * Reads some batches, spread over the pass, and asks the model.
   *
   * @param clips labelled, as {@code input} says
   */
  static JudgedClips of(
      Classifier model, BatchSource clips, List<String> classes, ClipInput input) {
    List<Video> right = new ArrayList<>();
    List<Video> wrong = new ArrayList<>();
    Set<List<Integer>> seen = new HashSet<>();
    long batches = clips.batchesPerPass();
    long apart = Math.max(1, batches / MOST_BATCHES);
    NDManager owner = model.weights().values().iterator().next().getManager();
    for (long b = 0; b < Math.min(batches, apart * MOST_BATCHES); b += apart) {
      try (NDManager scope = owner.newSubManager()) {
        ClipBatch batch = clips.batch(b, scope);
        if (batch.size() == 0) {
          continue;
        }
        int[] labels = batch.labels();
        float[] shares = model.clipLogits(batch.clips()).softmax(-1).toFloatArray();
        int count = shares.length / labels.length;
        for (int i = 0; i < labels.length; i++) {
          int start = i * count;
          int answer =
              IntStream.range(0, count)
                  .reduce((best, c) -> shares[start + c] > shares[start + best] ? c : best)
                  .orElseThrow();
          List<Video> list = answer == labels[i] ? right : wrong;
          if (list.size() < MOST && seen.add(List.of(labels[i], answer))) {
            list.add(
                video(
                    batch.clips().get(i),
                    input,
                    caption(
                        batch.sources().get(i).id(),
                        classes.get(labels[i]),
                        classes.get(answer),
                        shares[start + answer])));
          }
        }
      }
    }
    return new JudgedClips(right, wrong);
  }

  private static String caption(String file, String truth, String answer, float share) {
    String sure = String.format(Locale.ROOT, " (%.0f %% sure): ", 100 * share);
    return truth.equals(answer)
        ? truth + sure + file
        : "is " + truth + ", was taken for " + answer + sure + file;
  }

  private static Video video(NDArray clip, ClipInput input, String caption) {
    double rate = input.sampling().nominalRate();
    int millis = (int) Math.max(1, Math.round(MILLIS * input.sampling().stride() / rate));
    return PageVideo.of(frames(clip, input.normalization()), millis, "A test clip", caption);
  }

  /**
   * What the model saw.
   *
   * @param clip (3, T, H, W), normalised
   */
  private static List<BufferedImage> frames(NDArray clip, Normalization colours) {
    Shape shape = clip.getShape();
    int frames = (int) shape.get(1);
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    float[] pixels = clip.toFloatArray();
    int scale = Math.max(1, COMFORTABLE_WIDTH / width);
    List<BufferedImage> images = new ArrayList<>();
    for (int t = 0; t < frames; t++) {
      BufferedImage image =
          new BufferedImage(width * scale, height * scale, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < height * scale; y++) {
        for (int x = 0; x < width * scale; x++) {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            int at = ((c * frames + t) * height + y / scale) * width + x / scale;
            rgb = rgb << 8 | colours.level(c, pixels[at]);
          }
          image.setRGB(x, y, rgb);
        }
      }
      images.add(image);
    }
    return images;
  }

  /** For the page. */
  Section section() {
    List<Block> blocks = new ArrayList<>();
    if (!right.isEmpty()) {
      blocks.add(new Paragraph("Recognised:"));
      blocks.add(new Row(right));
    }
    if (!wrong.isEmpty()) {
      blocks.add(new Paragraph("Taken for something else:"));
      blocks.add(new Row(wrong));
    }
    return new Section("Some of the test clips", blocks);
  }
}
