package lab;

import ai.djl.ndarray.NDManager;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.api.training.PairedAutoencoder;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.kernels.Kernels;

/**
 * The geometry of a {@link Mixer} with a {@link CrossDecoder}.
 *
 * @param values what the decoder predicts of a token
 */
record CrossMaeConfig(MixerConfig encoder, int width, int values)
    implements ModelConfig<Autoencoder> {

  @Override
  public String kind() {
    return "cross_mae";
  }

  @Override
  public ClipShape clip() {
    return encoder.clip();
  }

  @Override
  public TokenGrid grid() {
    return encoder.grid();
  }

  @Override
  public Autoencoder create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    return new PairedAutoencoder<>(
        encoder.create(input, kernels, manager, seed),
        new CrossDecoder(grid().tokens(), encoder.width(), width, values, manager, seed));
  }
}
