package org.mae4j.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
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

  @ParameterizedTest
  @ValueSource(strings = {LANDSCAPE, PORTRAIT})
  void looksAtTheMiddleOf256Pixels(String image) throws IOException {
    JsonObject golden = golden(image + ".resize256_crop224");
    JsonArray source = golden.getAsJsonArray("source");
    JsonArray resized = golden.getAsJsonArray("resized");
    ScaledCrop crop = ImageCrop.imageNet().crop(source.get(1).getAsInt(), source.get(0).getAsInt());
    assertThat(crop)
        .isEqualTo(
            new ScaledCrop(
                resized.get(1).getAsInt(),
                resized.get(0).getAsInt(),
                golden.get("crop_top").getAsInt(),
                golden.get("crop_left").getAsInt(),
                false));
    assertSamePixels(
        image,
        ImageCrop.builder().setSize(224).optNormalization(NONE).build(),
        "resize256_crop224",
        "crop_u8_hwc");
  }

  @ParameterizedTest
  @CsvSource({
    LANDSCAPE + ",64,56", LANDSCAPE + ",98,84", LANDSCAPE + ",60,56",
    PORTRAIT + ",64,56", PORTRAIT + ",98,84", PORTRAIT + ",60,56"
  })
  void shrinksMore(String image, int shortSide, int size) {
    assertSamePixels(
        image,
        ImageCrop.builder().setSize(size).optShortSide(shortSide).optNormalization(NONE).build(),
        "resize_small",
        "resize" + shortSide + "_crop" + size + ".u8_hwc");
  }

  /** The golden keeps every 4th pixel of a square of 260 around an image scaled to 100. */
  @ParameterizedTest
  @ValueSource(strings = {LANDSCAPE, PORTRAIT})
  void framesInBlackWhatIsSmallerThanTheSquare(String image) {
    ImageCrop crop =
        ImageCrop.builder().setSize(260).optShortSide(100).optNormalization(NONE).build();
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

  @Test
  void normalisesAsForImageNet() {
    Safetensors expected =
        Goldens.tensors("i_images/" + LANDSCAPE + ".resize256_crop224.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray found = apply(LANDSCAPE, ImageCrop.imageNet(), manager).squeeze(1);
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
    CropBox crop =
        new CropBox(
            golden.get("i").getAsInt(),
            golden.get("j").getAsInt(),
            golden.get("h").getAsInt(),
            golden.get("w").getAsInt(),
            golden.get("flipped_after").getAsBoolean());
    Interpolation interpolation =
        golden.get("interpolation").getAsString().equals("bicubic")
            ? Interpolation.PILLOW_BICUBIC
            : Interpolation.PILLOW_BILINEAR;
    int size = golden.get("size").getAsInt();
    assertSamePixels(
        image,
        (frames, random) -> crop.apply(frames, size, NONE, interpolation),
        "random_resized_crop",
        number + ".u8_hwc");
  }

  @Test
  void makesOfATrainingCropWhatItsDrawSays() {
    RandomResizedCrop augmentation =
        RandomResizedCrop.builder()
            .setSize(56)
            .optArea(0.08, 1)
            .optInterpolation(Interpolation.PILLOW_BICUBIC)
            .optNormalization(Normalization.IMAGENET)
            .build();
    CropBox drawn = augmentation.draw(211, 317, new Random(3));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray found = apply(LANDSCAPE, augmentation, manager, new Random(3));
      NDArray wanted =
          apply(
              LANDSCAPE,
              (frames, random) ->
                  drawn.apply(frames, 56, Normalization.IMAGENET, Interpolation.PILLOW_BICUBIC),
              manager);
      assertThat(found.toFloatArray()).isEqualTo(wanted.toFloatArray());
    }
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
    ClipRequest request =
        ClipRequest.one(new FrameSampling(16, 8, 30), WindowPlacement.centre(), new Random(0));
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
