package org.mae4j.examples.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mae4j.api.Decoder;
import org.mae4j.api.TokenMask;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.VitConfig;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.models.torch.TorchArrays;

/** A learnt query for each token looks at the latents (after Fu et al. 2024, arXiv 2401.14391). */
record CrossDecoder(ScriptModule script, NDArray queries, NDArray prediction)
    implements Decoder, Trainable {

  private static final String SCRIPT =
      """
        def decode(self, latents: Tensor, weights: List[Tensor]) -> Tensor:
          fit = torch.matmul(weights[0], torch.transpose(latents, 1, 2))
          return torch.linear(torch.matmul(torch.softmax(fit, 2), latents), weights[1])
      """;

  static CrossDecoder of(VitConfig vit, NDManager manager, long seed) {
    int width = vit.transformer().width();
    Shape ofTokens = new Shape(vit.grid().tokens(), width);
    Shape ofPixels = new Shape(vit.patch().values(), width);
    return new CrossDecoder(
        ScriptModule.compile(SCRIPT, Map.of()),
        TorchArrays.parameter(manager, "queries", ofTokens, 1, seed),
        TorchArrays.parameter(manager, "prediction", ofPixels, 0.02, seed));
  }

  @Override
  public NDArray decode(NDArray latents, List<TokenMask> masks) { // (N, K+V, D) to (N, L, P)
    return script.call("decode", List.of(latents), List.of(queries, prediction));
  }

  @Override
  public Map<String, NDArray> weights() { // in the same order in every run
    return new TreeMap<>(Map.of("decoder.queries", queries, "decoder.prediction", prediction));
  }

  @Override
  public void close() { // the parameters belong to the run's manager
    script.close();
  }
}
