package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;

/** Waves with a label that is seen in them: whether they are brighter than usual. */
class LabelledWaves extends WavesBatchSource {

  LabelledWaves(ClipShape shape, int clips) {
    super(shape, clips);
  }

  @Override
  public ClipBatch batch(long index, NDManager manager) {
    ClipBatch waves = super.batch(index, manager);
    List<ClipInfo> sources = new ArrayList<>();
    for (int i = 0; i < waves.size(); i++) {
      int label = Math.floorMod(index + i, 2);
      sources.add(new ClipInfo("waves-" + label, OptionalInt.of(label)));
      if (label == 1) {
        waves.clips().get(String.valueOf(i)).addi(1);
      }
    }
    return new ClipBatch(waves.clips(), sources, 0);
  }
}
