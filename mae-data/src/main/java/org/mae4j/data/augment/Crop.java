package org.mae4j.data.augment;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipInput.Interpolation;
import org.mae4j.api.Normalization;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.TrainingClips.RandomDistortion;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.PlannedAugmentation;

/**
 * Cuts a square out of the frames of a clip, the same in all of them, resizes and normalises it.
 * Its side, the interpolation and the normalisation are those of the model's {@link ClipInput}.
 */
public final class Crop extends PlannedAugmentation {

  private final CropRule rule;
  private final Interpolation interpolation;
  private final Normalization normalization;

  Crop(CropRule rule, ClipInput input) {
    this.rule = rule;
    this.interpolation = input.interpolation();
    this.normalization = input.normalization();
  }

  /** The square in the middle: how the model looks at a video when nothing is random. */
  public static Crop centre(ClipInput input) {
    return at(FixedSquare.Position.CENTRE, input);
  }

  /**
   * Three squares side by side along the longer side of the scaled frame, at its start, in its
   * middle and at its end, for evaluation with several views. Nothing is random. In a frame that is
   * smaller than the square all three are the middle.
   */
  public static List<Crop> spread(ClipInput input) {
    return Stream.of(FixedSquare.Position.values()).map(where -> at(where, input)).toList();
  }

  private static Crop at(FixedSquare.Position where, ClipInput input) {
    return new Crop(new FixedSquare(input.crop(), where), input);
  }

  /** A random part resized to the square, as in the paper's training. */
  public static Crop random(RandomCrop crop, ClipInput input) {
    return new Crop(new RandomPart(crop, input.crop().size()), input);
  }

  /** The random crop of training clips, between RandAugment and erasing where they have these. */
  public static ClipAugmentation training(TrainingClips clips) {
    RandomDistortion distortion = clips.distortion();
    ClipAugmentation made = random(clips.crop(), clips.input());
    if (distortion.operations() > 0) {
      made = new RandAugment(distortion.operations(), distortion.magnitude(), made);
    }
    return distortion.erasing() > 0 ? new RandomErasing(distortion.erasing(), made) : made;
  }

  /**
   * A random square of a frame whose shorter side is scaled to a random length: what the paper's
   * code does where no area is given.
   *
   * @param min least length of the shorter side in pixels, at least S; the paper's is 256
   * @param max largest, at least {@code min} and at most 32768; the paper's is 320
   * @param flip probability of mirroring left to right, in [0, 1]
   * @throws IllegalArgumentException if a value is out of range
   */
  public static Crop randomShortSide(double min, double max, double flip, ClipInput input) {
    return new Crop(new RandomSquare(min, max, flip, input.crop().size()), input);
  }

  @Override
  protected Optional<ClipPlan> plan(int height, int width, RandomGenerator random) {
    CropBox box = rule.box(height, width, CropDraws.from(random));
    return Optional.of(plan(box, interpolation, normalization));
  }

  private static ClipPlan plan(
      CropBox box, Interpolation interpolation, Normalization normalization) {
    return switch (interpolation) {
      case BILINEAR -> new BilinearResampling(box, normalization);
      case PILLOW_BILINEAR -> new PillowResampling(PillowAxis.Kernel.TRIANGLE, box, normalization);
      case PILLOW_BICUBIC -> new PillowResampling(PillowAxis.Kernel.CUBIC, box, normalization);
    };
  }

  @Override
  public NDArray apply(NDArray frames, RandomGenerator random) {
    return apply(frames, CropDraws.from(random));
  }

  @Override
  public void applyTo(NDArray clip, NDArray frames, RandomGenerator random) {
    cutInto(box(frames, CropDraws.from(random)), clip, frames, interpolation, normalization);
  }

  /**
   * Crops a clip as it was decoded. For crops that draw nothing: {@link #centre} and {@link
   * #spread}.
   *
   * @param clip stays open, and is not needed any more on return
   * @return (3, T, S, S), float32; it belongs to {@code manager}
   * @throws IllegalStateException if the crop is random
   */
  public NDArray apply(Clip clip, NDManager manager) {
    try (NDManager memory = manager.newSubManager(Device.cpu())) {
      NDArray square = apply(Frames.of(clip, memory), CropDraws.NONE);
      NDArray whole = clip.isStill() ? square.repeat(1, clip.shape().frames()) : square;
      NDArray there = whole.toDevice(manager.getDevice(), false);
      there.attach(manager);
      return there;
    }
  }

  private NDArray apply(NDArray frames, CropDraws draws) {
    return cut(box(frames, draws), frames, interpolation, normalization);
  }

  private CropBox box(NDArray frames, CropDraws draws) {
    Frames.check(frames);
    return rule.box(Frames.height(frames), Frames.width(frames), draws);
  }

  /**
   * Makes the square of all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @return (3, T, S, S), float32, normalised; it belongs to the manager of {@code frames}
   * @throws IllegalArgumentException if the frames have another form or the part leaves them
   */
  static NDArray cut(
      CropBox box, NDArray frames, Interpolation interpolation, Normalization normalization) {
    Frames.check(frames);
    NDArray clip = frames.getManager().create(shape(box, frames), DataType.FLOAT32);
    cutInto(box, clip, frames, interpolation, normalization);
    return clip;
  }

  /**
   * Makes the square of all frames in memory that is there.
   *
   * @param clip receives what {@link #cut} returns
   */
  static void cutInto(
      CropBox box,
      NDArray clip,
      NDArray frames,
      Interpolation interpolation,
      Normalization normalization) {
    Frames.check(frames);
    Checks.require(
        box.source().top() + box.source().height() <= Frames.height(frames)
            && box.source().left() + box.source().width() <= Frames.width(frames),
        "%s leaves frames of shape %s",
        box.source(),
        frames.getShape());
    Checks.require(
        clip.getShape().equals(shape(box, frames)) && clip.getDataType() == DataType.FLOAT32,
        "a clip of %s cannot hold %s",
        clip.getShape(),
        shape(box, frames));
    FloatBuffer values = clip.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    Frames.make(plan(box, interpolation, normalization), frames, values);
  }

  private static Shape shape(CropBox box, NDArray frames) {
    return new Shape(3, frames.getShape().get(0), box.size(), box.size());
  }
}
