package org.mae4j.examples.app;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.Vit;
import org.mae4j.models.VitModelConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.internal.Json;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.WeightFile.TensorInfo;

/**
 * What a file of others does not say of its model.
 *
 * @param config its geometry
 * @param input how it looks at a video
 */
record Geometry(VitModelConfig<? extends Vit> config, ClipInput input) {

  /** What may be said on the command line. */
  static final String SYNTAX =
      "video-SIZE-SIDE or image-SIZE-SIDE, SIZE being tiny, small, base, large or huge and SIDE in"
          + " pixels, such as video-huge-224, the paper's; or a JSON file with \"model\","
          + " \"config\" and \"input\", as model files hold them under mae4j.model and so on";

  private static final Pattern PRESET =
      Pattern.compile("(video|image)-(tiny|small|base|large|huge)-(\\d{1,5})");

  private static final Map<String, Class<? extends VitModelConfig<? extends Vit>>> KINDS =
      new TreeMap<>(
          Map.of(
              "video_mae", VideoMaeConfig.class,
              "image_mae", ImageMaeConfig.class,
              "classifier", ClassifierConfig.class));

  /**
   * A preset or what a file says.
   *
   * @throws IllegalArgumentException if it is neither; the message says what may be said
   */
  static Geometry of(String text) {
    Matcher preset = PRESET.matcher(text);
    if (preset.matches()) {
      VitSize size = VitSize.valueOf(preset.group(2).toUpperCase(Locale.ROOT));
      int side = Integer.parseInt(preset.group(3));
      return preset.group(1).equals("video")
          ? new Geometry(VideoMaeConfig.of(size, side), ClipInput.video(FrameSampling.PAPER, side))
          : new Geometry(
              ImageMaeConfig.of(size, side),
              ClipInput.photograph(ClipInput.PAPER_IMAGE.sampling(), side));
    }
    if (!text.endsWith(".json")) {
      throw new IllegalArgumentException("--geometry must be " + SYNTAX + "; but was " + text);
    }
    return read(Path.of(text));
  }

  private static Geometry read(Path file) {
    try {
      Said said = Json.read(Files.readString(file), Said.class, "geometry");
      return new Geometry(
          ModelConfig.fromJson(said.config.toString(), KINDS.get(said.model)),
          Json.read(said.input.toString(), ClipInput.class, "clip input"));
    } catch (IOException e) {
      throw new UncheckedIOException("--geometry: cannot read " + file + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** A file's text, of which Gson makes one. */
  record Said(String model, JsonObject config, JsonObject input) {
    Said {
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(config, "config");
      Objects.requireNonNull(input, "input");
      Checks.require(KINDS.containsKey(model), "model must be one of %s", KINDS.keySet());
    }
  }

  /**
   * The model of this geometry that a file has: the masked autoencoder, or without a decoder a
   * classifier of as many classes as the head has, or without a head the encoder.
   *
   * @param classNames of all classes of the head; none where they are not known
   */
  VitModelConfig<? extends Vit> modelIn(WeightFile file, List<String> classNames) {
    if (!(config instanceof MaskedAutoencoderConfig)
        || file.tensors().containsKey("decoder_pred.weight")) {
      return config;
    }
    TensorInfo head = file.tensors().get("head.weight");
    Shape shape = head == null ? new Shape(0) : head.shape();
    boolean ofMean = file.tensors().containsKey("fc_norm.weight") || !config.vit().classToken();
    ClassifierConfig classifier =
        new ClassifierConfig(
            config.vit(),
            Math.toIntExact(shape.get(0)),
            ofMean ? Pooling.MEAN : Pooling.CLASS_TOKEN);
    return classNames.isEmpty() ? classifier : classifier.withClassNames(classNames);
  }
}
