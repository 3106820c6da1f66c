package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.random.RandomGenerator;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Seeds;

/** Clips of moving waves, each a function of the batch number. */
public class WavesBatchSource implements BatchSource {

  private final ClipShape shape;
  private final int clips;

  public WavesBatchSource(ClipShape shape, int clips) {
    this.shape = shape;
    this.clips = clips;
  }

  @Override
  public long batchesPerPass() {
    return 4;
  }

  @Override
  public ClipBatch batch(long index, NDManager manager) {
    int values = clips * 3 * shape.frames() * shape.height() * shape.width();
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int n = 0; n < clips; n++) {
      RandomGenerator random = Seeds.generator(7, index, n);
      double pace = random.nextDouble(0.1, 1);
      double wave = random.nextDouble(0.2, 1);
      for (int i = 0; i < values / clips; i++) {
        int x = i % shape.width();
        int t = i / shape.width() / shape.height() % shape.frames();
        buffer.putFloat((float) Math.sin(wave * x + pace * t));
      }
    }
    Shape batch = new Shape(clips, 3, shape.frames(), shape.height(), shape.width());
    return new ClipBatch(
        manager.create(buffer.flip(), batch, DataType.FLOAT32),
        Collections.nCopies(clips, ClipInfo.unlabelled("waves")),
        0);
  }

  @Override
  public void close() {}
}
