package org.mae4j.models;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.ClipFit;

/**
 * The geometry of a vision transformer over clips, or over images as clips of one frame.
 *
 * @param clip T, H, W
 * @param patch the tubelet behind a token; divides the clip
 * @param transformer D, depth and heads
 * @param mlpRatio width of the MLPs as a multiple of D, positive
 * @param normEps epsilon of the layer norms, positive
 * @param classToken whether a class token runs along
 * @param qkvBias whether q, k and v have biases
 * @param positions how tokens learn where they are
 * @param positionStart what learnable position tables hold before training
 * @param layout how the published parameters lie
 */
public record VitConfig(
    ClipShape clip,
    PatchShape patch,
    TransformerShape transformer,
    double mlpRatio,
    double normEps,
    boolean classToken,
    boolean qkvBias,
    Positions positions,
    PositionStart positionStart,
    ParameterLayout layout) {

  private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d{1,9})\\..*");

  public VitConfig {
    Objects.requireNonNull(clip, "clip");
    Objects.requireNonNull(patch, "patch");
    Objects.requireNonNull(transformer, "transformer");
    Objects.requireNonNull(positions, "positions");
    Objects.requireNonNull(positionStart, "positionStart");
    Objects.requireNonNull(layout, "layout");
    TokenGrid.of(clip, patch);
    Checks.positiveFinite(normEps, "norm epsilon");
    checkMlp(mlpRatio, transformer);
    Checks.require(
        layout != ParameterLayout.IMAGE || (clip.frames() == 1 && positions != Positions.SEPARABLE),
        "an image model has clips of 1 frame and one position table, but has %s frames and %s"
            + " positions",
        clip.frames(),
        positions);
  }

  static void checkMlp(double mlpRatio, TransformerShape transformer) {
    Checks.require(
        mlpRatio * transformer.width() >= 1 && !Double.isInfinite(mlpRatio),
        "MLP ratio must give a width of at least 1, but was %s",
        mlpRatio);
  }

  /**
   * The paper's kind of video model at any geometry: class token, separable positions.
   *
   * @param patch divides the clip
   */
  public static VitConfig video(ClipShape clip, PatchShape patch, TransformerShape transformer) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        4,
        1e-6,
        true,
        true,
        Positions.SEPARABLE,
        PositionStart.SMALL_RANDOM,
        ParameterLayout.VIDEO);
  }

  /**
   * The paper's kind of video model at any size: 16 frames, tubelets of 2.
   *
   * @param side H and W in pixels, a multiple of the patch's side
   */
  public static VitConfig video(VitSize size, int side) {
    return video(
        new ClipShape(16, side, side),
        new PatchShape(2, size.patchSide(), size.patchSide()),
        size.transformer());
  }

  /**
   * The image model at any geometry: class token, one learnable position table.
   *
   * @param clip of one frame
   * @param patch of one frame; divides the clip
   */
  public static VitConfig image(ClipShape clip, PatchShape patch, TransformerShape transformer) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        4,
        1e-6,
        true,
        true,
        Positions.JOINT,
        PositionStart.SMALL_RANDOM,
        ParameterLayout.IMAGE);
  }

  /**
   * The image model at any size.
   *
   * @param side H and W in pixels, a multiple of the patch's side
   */
  public static VitConfig image(VitSize size, int side) {
    return image(
        new ClipShape(1, side, side),
        new PatchShape(1, size.patchSide(), size.patchSide()),
        size.transformer());
  }

  /** The same for other clips. */
  public VitConfig withClip(ClipShape other) {
    return new VitConfig(
        other,
        patch,
        transformer,
        mlpRatio,
        normEps,
        classToken,
        qkvBias,
        positions,
        positionStart,
        layout);
  }

  /** The same over other patches, which divide the clip. */
  public VitConfig withPatch(PatchShape other) {
    return new VitConfig(
        clip,
        other,
        transformer,
        mlpRatio,
        normEps,
        classToken,
        qkvBias,
        positions,
        positionStart,
        layout);
  }

  /** The same of another size. */
  public VitConfig withTransformer(TransformerShape other) {
    return new VitConfig(
        clip,
        patch,
        other,
        mlpRatio,
        normEps,
        classToken,
        qkvBias,
        positions,
        positionStart,
        layout);
  }

  /** The same with MLPs of another width. */
  public VitConfig withMlpRatio(double other) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        other,
        normEps,
        classToken,
        qkvBias,
        positions,
        positionStart,
        layout);
  }

  /** The same with another epsilon of the layer norms. */
  public VitConfig withNormEps(double other) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        mlpRatio,
        other,
        classToken,
        qkvBias,
        positions,
        positionStart,
        layout);
  }

  /** The same with or without a class token. */
  public VitConfig withClassToken(boolean other) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        mlpRatio,
        normEps,
        other,
        qkvBias,
        positions,
        positionStart,
        layout);
  }

  /** The same with or without biases of q, k and v. */
  public VitConfig withQkvBias(boolean other) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        mlpRatio,
        normEps,
        classToken,
        other,
        positions,
        positionStart,
        layout);
  }

  /** The same with other positions. */
  public VitConfig withPositions(Positions other) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        mlpRatio,
        normEps,
        classToken,
        qkvBias,
        other,
        positionStart,
        layout);
  }

  /** The same with other values in the position tables before training. */
  public VitConfig withPositionStart(PositionStart other) {
    return new VitConfig(
        clip, patch, transformer, mlpRatio, normEps, classToken, qkvBias, positions, other, layout);
  }

  /** The same with parameters that lie otherwise. */
  public VitConfig withLayout(ParameterLayout other) {
    return new VitConfig(
        clip,
        patch,
        transformer,
        mlpRatio,
        normEps,
        classToken,
        qkvBias,
        positions,
        positionStart,
        other);
  }

  /** The tokens of a clip. */
  public TokenGrid grid() {
    return TokenGrid.of(clip, patch);
  }

  /**
   * The layers of a learning rate that decays: tokens, positions and patch projection; each block;
   * norm, head and whatever else there is.
   */
  public int layers() {
    return transformer.depth() + 2;
  }

  /** The layer that a parameter belongs to, in [0, {@link #layers}), by its published name. */
  public int layer(String parameter) {
    if (parameter.equals("cls_token")
        || parameter.startsWith("pos_embed")
        || parameter.startsWith("patch_embed.")) {
      return 0;
    }
    Matcher block = BLOCK.matcher(parameter);
    return block.matches() ? Integer.parseInt(block.group(1)) + 1 : layers() - 1;
  }

  /**
   * Checks that clips are as the model takes them; one of single frames can be shown longer ones.
   *
   * @throws IllegalArgumentException if they are not
   */
  public void requireFit(ClipInput input) {
    ClipFit.require(input.shape(), clip);
  }
}
