package org.mae4j.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipInput.CentreCrop;
import org.mae4j.api.ClipInput.Interpolation;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Normalization;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.WindowPlacement;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.Goldens;
import org.mae4j.data.image.ImageReader;
import org.mae4j.models.weights.Safetensors;

/** Against images that torchvision 0.14.1 on Pillow 9.4 resized and cropped: equal pixels. */
class ImageGoldensTest {

  private static final String LANDSCAPE = "landscape_317x211";
  private static final String PORTRAIT = "portrait_150x203";

  /** Leaves levels as they are, but for a scale of 255. */
  private static final Normalization NONE =
      new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

  private static final FrameSampling SAMPLING = new FrameSampling(16, 8, 30);
  private static final ClipInput IMAGENET = ClipInput.photograph(SAMPLING, 224);

  @ParameterizedTest
  @ValueSource(strings = {LANDSCAPE, PORTRAIT})
  void looksAtTheMiddleOf256Pixels(String image) throws IOException {
    JsonObject golden = golden(image + ".resize256_crop224");
    JsonArray source = golden.getAsJsonArray("source");
    JsonArray resized = golden.getAsJsonArray("resized");
    int height = source.get(1).getAsInt();
    int width = source.get(0).getAsInt();
    assertThat(
            new FixedSquare(IMAGENET.crop(), FixedSquare.Position.CENTRE)
                .box(height, width, CropDraws.NONE))
        .isEqualTo(
            new CropBox(
                new Rectangle(0, 0, height, width),
                new ScaledSize(resized.get(1).getAsInt(), resized.get(0).getAsInt()),
                golden.get("crop_top").getAsInt(),
                golden.get("crop_left").getAsInt(),
                224,
                false));
    assertSamePixels(image, centre(256, 224), "resize256_crop224", "crop_u8_hwc");
  }

  @ParameterizedTest
  @CsvSource({
    LANDSCAPE + ",64,56", LANDSCAPE + ",98,84", LANDSCAPE + ",60,56",
    PORTRAIT + ",64,56", PORTRAIT + ",98,84", PORTRAIT + ",60,56"
  })
  void shrinksMore(String image, int shortSide, int size) {
    assertSamePixels(
        image,
        centre(shortSide, size),
        "resize_small",
        "resize" + shortSide + "_crop" + size + ".u8_hwc");
  }

  /** The golden keeps every 4th pixel of a square of 260 around an image scaled to 100. */
  @ParameterizedTest
  @ValueSource(strings = {LANDSCAPE, PORTRAIT})
  void framesInBlackWhatIsSmallerThanTheSquare(String image) {
    ClipInput input = input(100, 260);
    List<Crop> crops = new ArrayList<>(Crop.spread(input));
    crops.add(Crop.centre(input));
    for (Crop crop : crops) {
      assertSamePixels(
          image,
          (frames, random) -> {
            try (NDArray padded = crop.apply(frames, random)) {
              return padded.get(":, :, ::4, ::4");
            }
          },
          "resize_small",
          "centercrop_larger_than_image_pad.u8_hwc");
    }
  }

  @Test
  void normalisesAsForImageNet() {
    Safetensors expected =
        Goldens.tensors("i_images/" + LANDSCAPE + ".resize256_crop224.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray found = apply(LANDSCAPE, Crop.centre(IMAGENET), manager).squeeze(1);
      NDArray wanted = expected.read("tensor", manager);
      assertThat(found.sub(wanted).abs().max().getFloat()).isLessThan(1e-6f);
    }
  }

  @ParameterizedTest
  @CsvSource({
    LANDSCAPE + ",0", LANDSCAPE + ",1", LANDSCAPE + ",2", LANDSCAPE + ",3", LANDSCAPE + ",4",
    PORTRAIT + ",0", PORTRAIT + ",1", PORTRAIT + ",2", PORTRAIT + ",3", PORTRAIT + ",4"
  })
  void resizesAPart(String image, int number) throws IOException {
    JsonObject golden = golden(image + ".rrc." + number);
    Rectangle part =
        new Rectangle(
            golden.get("i").getAsInt(),
            golden.get("j").getAsInt(),
            golden.get("h").getAsInt(),
            golden.get("w").getAsInt());
    CropBox box =
        CropBox.resized(
            part, golden.get("size").getAsInt(), golden.get("flipped_after").getAsBoolean());
    Interpolation interpolation =
        golden.get("interpolation").getAsString().equals("bicubic")
            ? Interpolation.PILLOW_BICUBIC
            : Interpolation.PILLOW_BILINEAR;
    assertSamePixels(
        image,
        (frames, random) -> Crop.cut(box, frames, interpolation, NONE),
        "random_resized_crop",
        number + ".u8_hwc");
  }

  @Test
  void makesOfATrainingCropWhatItsDrawSays() {
    ClipInput input = ClipInput.photograph(SAMPLING, 56);
    CropBox drawn =
        new RandomPart(RandomCrop.PAPER_FINETUNING, 56)
            .box(211, 317, CropDraws.from(new Random(3)));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray found =
          apply(LANDSCAPE, Crop.random(RandomCrop.PAPER_FINETUNING, input), manager, new Random(3));
      NDArray wanted =
          apply(
              LANDSCAPE,
              (frames, random) ->
                  Crop.cut(drawn, frames, Interpolation.PILLOW_BICUBIC, Normalization.IMAGENET),
              manager);
      assertThat(found.toFloatArray()).isEqualTo(wanted.toFloatArray());
    }
  }

  /** Levels as they are, of the square in the middle. */
  private static Crop centre(int shortSide, int size) {
    return Crop.centre(input(shortSide, size));
  }

  private static ClipInput input(int shortSide, int size) {
    return IMAGENET
        .withCrop(new CentreCrop(shortSide, size, CentreCrop.Rounding.TORCHVISION))
        .withNormalization(NONE);
  }

  private static void assertSamePixels(
      String image, ClipAugmentation augmentation, String file, String tensor) {
    Safetensors expected = Goldens.tensors("i_images/" + image + "." + file + ".safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] found =
          apply(image, augmentation, manager).squeeze(1).mul(255).round().toFloatArray();
      byte[] wanted = expected.read(tensor, manager).transpose(2, 0, 1).toByteArray();
      assertThat(found).hasSameSizeAs(wanted);
      int different = 0;
      for (int i = 0; i < wanted.length; i++) {
        different += found[i] == (wanted[i] & 0xff) ? 0 : 1;
      }
      assertThat(different).isZero();
    }
  }

  private static NDArray apply(String image, ClipAugmentation augmentation, NDManager manager) {
    return apply(image, augmentation, manager, new Random(0));
  }

  private static NDArray apply(
      String image, ClipAugmentation augmentation, NDManager manager, Random random) {
    ClipRequest request = ClipRequest.one(SAMPLING, WindowPlacement.centre(), new Random(0));
    try (Clip clip =
            ImageReader.create()
                .decode(
                    Goldens.path("i_images/" + image + ".png"), ClipInfo.unlabelled(image), request)
                .get(0);
        NDArray frames = Frames.of(clip, manager)) {
      return augmentation.apply(frames, random);
    }
  }

  private static JsonObject golden(String name) throws IOException {
    return Goldens.json("i_images/cases.json")
        .getAsJsonObject()
        .getAsJsonObject("cases")
        .getAsJsonObject(name);
  }
}
