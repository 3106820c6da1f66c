package lab;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.Patches;
import org.mae4j.models.torch.TorchArrays;

/**
 * An encoder of DJL's blocks that is no transformer: each visible token is told the mean of all of
 * them, and thinks about it.
 */
final class Mixer implements Encoder, Trainable {

  private final MixerConfig config;
  private final ParameterStore values;
  private final Block projection;
  private final Block position;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<String, NDArray> weights = new LinkedHashMap<>();

  Mixer(MixerConfig config, NDManager manager, long seed) {
    this.config = config;
    int width = config.width();
    values = new ParameterStore(manager, false);
    projection = Linear.builder().setUnits(width).build();
    add("projection.", projection, config.patch().values(), manager, seed);
    position = Linear.builder().setUnits(width).optBias(false).build();
    add("position.", position, config.grid().tokens(), manager, seed);
    for (int i = 0; i < config.blocks(); i++) {
      Block block =
          new SequentialBlock()
              .add(LayerNorm.builder().axis(2).build())
              .add(Linear.builder().setUnits(2L * width).build())
              .add(Activation.geluBlock())
              .add(Linear.builder().setUnits(width).build());
      add("blocks." + i + ".", block, width, manager, seed);
      blocks.add(block);
    }
  }

  /** Fresh weights are a function of the seed, which DJL's own initialisers know nothing of. */
  private void add(String prefix, Block block, int inputs, NDManager manager, long seed) {
    double deviation = 1 / Math.sqrt(inputs);
    for (var parameter : block.getParameters()) {
      String name = prefix + parameter.getKey();
      if (name.endsWith("weight")) {
        parameter
            .getValue()
            .setInitializer(
                (owner, shape, type) -> TorchArrays.parameter(owner, name, shape, deviation, seed));
      }
    }
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, inputs));
    for (var parameter : block.getParameters()) {
      weights.put(prefix + parameter.getKey(), parameter.getValue().getArray());
    }
  }

  @Override
  public ClipShape clip() {
    return config.clip();
  }

  @Override
  public TokenGrid grid() {
    return config.grid();
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    NDManager outer = clips.getManager();
    try (NDManager scope = outer.newSubManager()) {
      NDArray borrowed = clips.reshape(clips.getShape());
      borrowed.attach(scope);
      NDArray latents = latents(borrowed, Patches.visible(borrowed, grid(), masks));
      latents.attach(outer);
      return latents;
    }
  }

  private NDArray latents(NDArray clips, NDArray visible) {
    NDArray patches = Patches.patchify(clips, config.patch());
    Shape seen =
        new Shape(visible.getShape().get(0), visible.getShape().get(1), config.patch().values());
    NDArray tokens = patches.gather(visible.expandDims(2).broadcast(seen), 1);
    NDArray x =
        forward(projection, tokens)
            .add(forward(position, visible.oneHot(grid().tokens(), DataType.FLOAT32)));
    for (Block block : blocks) {
      NDArray together = x.mean(new int[] {1}, true);
      x = x.add(forward(block, x.add(together)));
    }
    return x;
  }

  private NDArray forward(Block block, NDArray x) {
    return block.forward(values, new NDList(x), false).singletonOrThrow();
  }

  @Override
  public Map<String, NDArray> weights() {
    return new LinkedHashMap<>(weights);
  }

  /** Patches and positions, then each block. */
  @Override
  public int layers() {
    return 1 + blocks.size();
  }

  @Override
  public int layer(String parameter) {
    return parameter.startsWith("blocks.")
        ? 1 + Integer.parseInt(parameter.split("\\.", -1)[1])
        : 0;
  }

  @Override
  public void close() {
    weights.values().forEach(NDArray::close);
  }

  @Override
  public String toString() {
    return "mixer of " + blocks.size() + " blocks";
  }
}
