package lab;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Seeds;

/** Clips of waves, each a function of the batch's number; those of odd label are steeper. */
record Waves(ClipShape clip, int clips, long batchesPerPass, int classes, long seed)
    implements BatchSource {

  @Override
  public ClipBatch batch(long index, NDManager manager) {
    int values = 3 * clip.frames() * clip.height() * clip.width();
    float[] pixels = new float[clips * values];
    List<ClipInfo> sources = new ArrayList<>();
    for (int n = 0; n < clips; n++) {
      RandomGenerator random = Seeds.generator(seed, index, n);
      int label = (int) ((index * clips + n) % classes);
      double wave = 0.3 + 0.4 * label + random.nextDouble(0.1);
      double pace = random.nextDouble();
      for (int i = 0; i < values; i++) {
        int x = i % clip.width();
        int t = i / clip.width() / clip.height() % clip.frames();
        pixels[n * values + i] = (float) Math.sin(wave * x + pace * t);
      }
      sources.add(new ClipInfo("wave " + index + "-" + n, OptionalInt.of(label)));
    }
    return new ClipBatch(
        manager.create(pixels, new Shape(clips, 3, clip.frames(), clip.height(), clip.width())),
        sources,
        0);
  }

  @Override
  public void close() {}
}
