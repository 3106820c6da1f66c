package lab;

import ai.djl.ndarray.NDManager;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.api.training.PairedAutoencoder;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.kernels.Kernels;

/** The geometry of a model that has something wrong with it. */
record OddConfig(OddEncoder.Fault fault) implements ModelConfig<Autoencoder> {

  @Override
  public String kind() {
    return "odd";
  }

  @Override
  public ClipShape clip() {
    return OwnModelTest.MIXER.clip();
  }

  @Override
  public TokenGrid grid() {
    return OwnModelTest.MIXER.grid();
  }

  @Override
  public Autoencoder create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    Mixer mixer = OwnModelTest.MIXER.create(input, kernels, manager, seed);
    int values = fault == OddEncoder.Fault.ANOTHER_WIDTH_PREDICTED ? 24 : 384;
    CrossDecoder decoder = new CrossDecoder(grid().tokens(), 24, 16, values, manager, seed);
    Autoencoder model = new PairedAutoencoder<>(new OddEncoder(fault, mixer, manager), decoder);
    if (fault == OddEncoder.Fault.NOTHING_TRAINABLE) {
      model.weights().values().forEach(weight -> weight.setRequiresGradient(false));
    }
    return model;
  }
}
