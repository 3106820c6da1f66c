package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.training.Classifier;

/** A classifier as an encoder whose features are exactly what its head sees. */
record HeadView(Classifier model) implements Encoder {

  @Override
  public ClipShape clip() {
    return model.clip();
  }

  @Override
  public TokenGrid grid() {
    return model.grid();
  }

  @Override
  public int width() {
    return model.width();
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    return model.encode(clips, masks);
  }

  @Override
  public NDArray embed(NDArray clips, Pooling pooling) {
    return model.clipFeatures(clips);
  }
}
