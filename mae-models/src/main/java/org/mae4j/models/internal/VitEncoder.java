package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.mae4j.api.PatchShape;
import org.mae4j.models.ParameterLayout;
import org.mae4j.models.Patches;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;

/** The parameters of a vision transformer and the way through them, from clips to latents. */
public final class VitEncoder {

  private final VitConfig config;
  private final Parameter classToken;
  private final PositionTables positions;
  private final List<Parameter> patchEmbedding;
  private final TransformerStack blocks;

  public VitEncoder(ParameterRegistry registry, VitConfig config) {
    this.config = config;
    int width = config.transformer().width();
    classToken =
        config.classToken() ? registry.addSmall("cls_token", new Shape(1, 1, width)) : null;
    positions = new PositionTables(registry, "", width, config);
    PatchShape patch = config.patch();
    Shape projection =
        config.layout() == ParameterLayout.IMAGE
            ? new Shape(width, 3, patch.height(), patch.width())
            : new Shape(width, 3, patch.frames(), patch.height(), patch.width());
    patchEmbedding = registry.addLinear("patch_embed.proj", projection, true);
    blocks = new TransformerStack(registry, "", config.transformer(), config);
  }

  public TransformerStack blocks() {
    return blocks;
  }

  /**
   * What enters the first block.
   *
   * @param clips (N, 3, T, H, W)
   * @param visible (N, V), int64
   * @return (N, K+V, D)
   */
  public NDArray embed(NDArray clips, NDArray visible, Kernels kernels, ParameterValues values) {
    NDManager scope = clips.getManager();
    // Only visible patches are projected: the same numbers as projecting all and dropping most.
    NDArray patches = VisibleTokens.select(Patches.patchify(clips, config.patch()), visible);
    NDArray tokens =
        kernels
            .linear(patches, patchProjection(scope, values), values.of(patchEmbedding.get(1)))
            .add(VisibleTokens.lookUp(visible, positions.ofTokens(scope, values)));
    return classToken == null ? tokens : positions.prepend(classToken, tokens, values);
  }

  /**
   * The published weight is that of a convolution, (D, channel, frame, row, column): here (D, P).
   */
  private NDArray patchProjection(NDManager scope, ParameterValues values) {
    int width = config.transformer().width();
    PatchShape patch = config.patch();
    return values
        .in(scope, patchEmbedding.get(0))
        .reshape(width, 3, patch.frames(), patch.height(), patch.width())
        .transpose(0, 2, 3, 4, 1)
        .reshape(width, patch.values());
  }
}
