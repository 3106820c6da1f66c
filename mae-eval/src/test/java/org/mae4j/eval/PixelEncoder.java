package org.mae4j.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Arrays;
import java.util.List;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.Patches;

/**
 * An encoder whose latents are the pixels themselves, so that features can be worked out by hand.
 */
public record PixelEncoder(ClipShape clip, PatchShape patch) implements Encoder {

  @Override
  public TokenGrid grid() {
    return TokenGrid.of(clip, patch);
  }

  @Override
  public int width() {
    return patch.values();
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    NDArray patches = Patches.patchify(clips, patch);
    NDList visible = new NDList();
    for (int i = 0; i < masks.size(); i++) {
      long[] kept = Arrays.stream(masks.get(i).visible()).asLongStream().toArray();
      visible.add(patches.get(i).get(patches.getManager().create(kept)));
    }
    return NDArrays.stack(visible);
  }
}
