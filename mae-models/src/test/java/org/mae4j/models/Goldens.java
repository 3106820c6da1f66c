package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;

/** Reads models and masks out of {@link Golden} values. */
public final class Goldens {

  private Goldens() {}

  /** The model of a golden folder, with its weights. */
  public static VideoMae model(Golden golden, Kernels kernels, NDManager manager) {
    return Models.load(
        config(golden.json("config").getAsJsonObject()),
        Weights.of(WeightFile.open(golden.file("weights.safetensors"))),
        kernels,
        manager);
  }

  /** The mask of the only clip in (1, L), where 0 is keep and 1 is remove. */
  public static TokenMask mask(NDArray removed) {
    float[] values = removed.toFloatArray();
    return TokenMask.ofVisible(
        values.length, IntStream.range(0, values.length).filter(i -> values[i] == 0).toArray());
  }

  /** The rows of (N, V), int64. */
  public static List<int[]> rows(NDArray array) {
    int columns = (int) array.getShape().get(1);
    long[] values = array.toLongArray();
    List<int[]> rows = new ArrayList<>();
    for (int start = 0; start < values.length; start += columns) {
      rows.add(Arrays.stream(values, start, start + columns).mapToInt(Math::toIntExact).toArray());
    }
    return rows;
  }

  /** The image transformer of the golden image models. */
  static VitConfig imageVit() {
    return VitConfig.image(
        new ClipShape(1, 56, 56), new PatchShape(1, 14, 14), new TransformerShape(24, 2, 4));
  }

  private static VideoMaeConfig config(JsonObject json) {
    return config(json, transformer(json, "decoder_"));
  }

  static VideoMaeConfig config(JsonObject json, TransformerShape decoder) {
    int side = json.get("img_size").getAsInt();
    int patch = json.get("patch_size").getAsInt();
    VitConfig vit =
        VitConfig.video(
                new ClipShape(json.get("num_frames").getAsInt(), side, side),
                new PatchShape(json.get("t_patch_size").getAsInt(), patch, patch),
                transformer(json, ""))
            .withMlpRatio(json.get("mlp_ratio").getAsDouble())
            .withNormEps(json.get("norm_eps").getAsDouble())
            .withClassToken(json.get("cls_embed").getAsBoolean())
            .withPositions(
                json.get("sep_pos_embed").getAsBoolean() ? Positions.SEPARABLE : Positions.JOINT)
            .withQkvBias(!json.has("no_qkv_bias"));
    return new VideoMaeConfig(
        vit, decoder, json.get(json.has("pred_t_dim") ? "pred_t_dim" : "num_frames").getAsInt());
  }

  static TransformerShape transformer(JsonObject json, String prefix) {
    return new TransformerShape(
        json.get(prefix + "embed_dim").getAsInt(),
        json.get(prefix + "depth").getAsInt(),
        json.get(prefix + "num_heads").getAsInt());
  }
}
