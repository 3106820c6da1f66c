package lab;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.mae4j.api.Decoder;
import org.mae4j.api.TokenMask;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.models.torch.TorchArrays;

/**
 * A decoder in TorchScript: a learnt query for each place looks at the latents (as CrossMAE, Fu et
 * al. 2024, arXiv 2401.14391, in one layer).
 */
final class CrossDecoder implements Decoder, Trainable {

  private static final String SCRIPT =
      """
        def decode(self, latents: Tensor, weights: List[Tensor]) -> Tensor:
          keys = torch.linear(latents, weights[1])
          fit = torch.matmul(weights[0], torch.transpose(keys, 1, 2))
          seen = torch.matmul(torch.softmax(fit, 2), torch.linear(latents, weights[2]))
          return torch.linear(torch.gelu(seen), weights[3], weights[4])
      """;

  private final ScriptModule script = ScriptModule.compile(SCRIPT, Map.of());
  private final Map<String, NDArray> weights = new LinkedHashMap<>();
  private final int values;

  /**
   * @param places L
   * @param latent D
   * @param values P
   */
  CrossDecoder(int places, int latent, int width, int values, NDManager manager, long seed) {
    this.values = values;
    add("decoder.queries", manager, seed, places, width);
    add("decoder.keys", manager, seed, width, latent);
    add("decoder.values", manager, seed, width, latent);
    add("decoder.prediction.weight", manager, seed, values, width);
    add("decoder.prediction.bias", manager, seed, values);
  }

  private void add(String name, NDManager manager, long seed, long... shape) {
    double deviation = 1 / Math.sqrt((double) shape[shape.length - 1]);
    weights.put(name, TorchArrays.parameter(manager, name, new Shape(shape), deviation, seed));
  }

  @Override
  public NDArray decode(NDArray latents, List<TokenMask> masks) {
    return script.call("decode", List.of(latents), List.copyOf(weights.values()));
  }

  @Override
  public OptionalInt predictedValues() {
    return OptionalInt.of(values);
  }

  @Override
  public Map<String, NDArray> weights() {
    return new LinkedHashMap<>(weights);
  }

  @Override
  public void close() {
    weights.values().forEach(NDArray::close);
    script.close();
  }

  @Override
  public String toString() {
    return "cross decoder";
  }
}
