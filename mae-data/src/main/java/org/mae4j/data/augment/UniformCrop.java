package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.mae4j.api.Clip;

/**
 * Scales the shorter side of a video to a fixed length and cuts out a square at a fixed position:
 * for evaluation. Nothing is random.
 */
public final class UniformCrop extends CropAugmentation {

  /** Where the square lies along the longer side; it is centred along the shorter one. */
  public enum Position {
    /** at the left, or at the top */
    START,
    /** in the middle */
    CENTRE,
    /** at the right, or at the bottom */
    END
  }

  private static final RandomGenerator NOTHING_RANDOM = RandomGenerator.getDefault();

  private final int size;
  private final int shortSide;
  private final Position position;

  private UniformCrop(Builder builder) {
    super(builder.normalization, Interpolation.BILINEAR);
    size = builder.size;
    shortSide = builder.shortSide == 0 ? builder.size : builder.shortSide;
    position = builder.position;
  }

  /** A builder; the size must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The largest centred square, as S x S pixels, normalised as the paper's videos. */
  public static UniformCrop centre(int size) {
    return builder().setSize(size).build();
  }

  @Override
  Resampling draw(NDArray frames, RandomGenerator random) {
    return crop(Frames.height(frames), Frames.width(frames)).resampling(frames, size);
  }

  /**
   * Crops, scales and normalises a clip as it was decoded.
   *
   * @param clip stays open, and is not needed any more on return
   * @return (3, T, S, S), float32; it belongs to {@code manager}
   */
  public NDArray apply(Clip clip, NDManager manager) {
    try (NDManager memory = manager.newSubManager(Device.cpu())) {
      NDArray square = apply(Frames.of(clip, memory), NOTHING_RANDOM);
      NDArray whole = clip.isStill() ? square.repeat(1, clip.shape().frames()) : square;
      NDArray there = whole.toDevice(manager.getDevice(), false);
      there.attach(manager);
      return there;
    }
  }

  /**
   * The crop of a video.
   *
   * @param height of the video in pixels
   * @param width of the video in pixels
   */
  public ScaledCrop crop(int height, int width) {
    ScaledSize scaled = ScaledSize.of(height, width, shortSide);
    boolean portrait = scaled.height() > scaled.width();
    int top = offset(scaled.height(), portrait ? position : Position.CENTRE);
    int left = offset(scaled.width(), portrait ? Position.CENTRE : position);
    return new ScaledCrop(scaled.height(), scaled.width(), top, left, false);
  }

  private int offset(int length, Position where) {
    int room = length - size;
    return switch (where) {
      case START -> 0;
      case CENTRE -> room - room / 2;
      case END -> room;
    };
  }

  /** Which square. */
  public static final class Builder {

    private int size;
    private int shortSide;
    private Position position = Position.CENTRE;
    private Normalization normalization = Normalization.PAPER_VIDEO;

    private Builder() {}

    /** S in pixels, at least 1. */
    public Builder setSize(int pixels) {
      this.size = pixels;
      return this;
    }

    /** The shorter side of the scaled video in pixels, at least S; by default S. */
    public Builder optShortSide(int pixels) {
      checkArgument(pixels >= 1, "short side must be at least 1, but was %s", pixels);
      this.shortSide = pixels;
      return this;
    }

    /** By default {@link Position#CENTRE}. */
    public Builder optPosition(Position position) {
      this.position = position;
      return this;
    }

    /** By default {@link Normalization#PAPER_VIDEO}. */
    public Builder optNormalization(Normalization normalization) {
      this.normalization = normalization;
      return this;
    }

    /**
     * Makes the augmentation.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public UniformCrop build() {
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(normalization, "normalization");
      checkArgument(size >= 1, "size must be at least 1, but was %s", size);
      checkArgument(
          shortSide == 0 || shortSide >= size,
          "short side must be at least the size %s, but was %s",
          size,
          shortSide);
      return new UniformCrop(this);
    }
  }
}
