package lab;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.util.List;
import java.util.Map;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.training.Trainable;

/** A {@link Mixer} with a mistake that one makes. */
record OddEncoder(Fault fault, Mixer mixer, NDManager manager) implements Encoder, Trainable {

  enum Fault {
    NAME_OF_THE_DECODER,
    NAME_OF_THE_OPTIMIZER,
    NAME_OF_THE_AVERAGE,
    NAME_OF_THE_TARGET,
    BLANK_NAME,
    NO_VALUE,
    BLOCK_NOT_INITIALISED,
    OTHER_ARRAYS_EACH_TIME,
    ONE_ARRAY_UNDER_TWO_NAMES,
    DOUBLES,
    NOTHING_TRAINABLE,
    LAYER_OUT_OF_RANGE,
    ONE_VECTOR_A_CLIP,
    ALL_TOKENS,
    ANOTHER_TYPE,
    ANOTHER_WIDTH_PREDICTED
  }

  @Override
  public Map<String, NDArray> weights() {
    Map<String, NDArray> weights = mixer.weights();
    NDArray first = weights.get("projection.weight");
    switch (fault) {
      case NAME_OF_THE_DECODER -> weights.put("decoder.keys", first);
      case NAME_OF_THE_OPTIMIZER -> weights.put("optimizer.rate", another());
      case NAME_OF_THE_AVERAGE -> weights.put("average.pool", another());
      case NAME_OF_THE_TARGET -> weights.put("target.width", another());
      case BLANK_NAME -> weights.put(" ", another());
      case NO_VALUE -> weights.put("scale", null);
      case BLOCK_NOT_INITIALISED ->
          Linear.builder()
              .setUnits(3)
              .build()
              .getParameters()
              .forEach(p -> weights.put(p.getKey(), p.getValue().getArray()));
      case OTHER_ARRAYS_EACH_TIME -> weights.put("scale", another());
      case ONE_ARRAY_UNDER_TWO_NAMES -> weights.put("tied.weight", first);
      case DOUBLES -> weights.put("projection.weight", first.toType(DataType.FLOAT64, true));
      default -> {}
    }
    return weights;
  }

  private NDArray another() {
    return manager.ones(new Shape(1));
  }

  @Override
  public Map<String, NDArray> trainableWeights() {
    return mixer.trainableWeights();
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    NDArray latents = mixer.encode(clips, masks);
    return switch (fault) {
      case ONE_VECTOR_A_CLIP -> latents.mean(new int[] {1});
      case ALL_TOKENS -> latents.concat(latents, 1);
      case ANOTHER_TYPE -> latents.toType(DataType.FLOAT64, true);
      default -> latents;
    };
  }

  @Override
  public int layers() {
    return fault == Fault.LAYER_OUT_OF_RANGE ? 2 : mixer.layers();
  }

  @Override
  public int layer(String parameter) {
    return mixer.layer(parameter);
  }

  @Override
  public ClipShape clip() {
    return mixer.clip();
  }

  @Override
  public TokenGrid grid() {
    return mixer.grid();
  }

  @Override
  public int width() {
    return mixer.width();
  }

  @Override
  public void close() {
    mixer.close();
  }

  @Override
  public String toString() {
    return "odd encoder";
  }
}
