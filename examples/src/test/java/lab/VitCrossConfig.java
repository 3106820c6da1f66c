package lab;

import ai.djl.ndarray.NDManager;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.api.training.PairedAutoencoder;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;

/** The geometry of the library's encoder with a {@link CrossDecoder} of pixels. */
record VitCrossConfig(VitConfig vit, int width) implements ModelConfig<Autoencoder> {

  @Override
  public String kind() {
    return "vit_cross";
  }

  @Override
  public ClipShape clip() {
    return vit.clip();
  }

  @Override
  public TokenGrid grid() {
    return vit.grid();
  }

  @Override
  public Autoencoder create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    return new PairedAutoencoder<>(
        new ClassifierConfig(vit, 0, Pooling.MEAN).create(input, kernels, manager, seed),
        new CrossDecoder(
            grid().tokens(),
            vit.transformer().width(),
            width,
            vit.patch().values(),
            manager,
            seed));
  }
}
