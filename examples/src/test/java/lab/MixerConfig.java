package lab;

import ai.djl.ndarray.NDManager;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.kernels.Kernels;

/** The geometry of a {@link Mixer}. */
record MixerConfig(ClipShape clip, PatchShape patch, int width, int blocks)
    implements ModelConfig<Mixer> {

  @Override
  public String kind() {
    return "mixer";
  }

  @Override
  public TokenGrid grid() {
    return TokenGrid.of(clip, patch);
  }

  @Override
  public Mixer create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    return new Mixer(this, manager, seed);
  }
}
