package org.mae4j.examples.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipInput.CentreCrop;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TrainingClips;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;
import org.mae4j.examples.paper.PaperStudy.Scale;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.Models;
import org.mae4j.models.Positions;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.PretrainingRecipe;

/** All that a run on the paper's data does, on small trees in its layouts with a small model. */
class PaperStudyTest {

  private static final int VIDEO_CLASSES = 2;
  private static final int VIDEOS_PER_CLASS = 50;
  private static final int IMAGE_CLASSES = 1000;

  private static final VideoMaeConfig VIDEO =
      new VideoMaeConfig(
          VitConfig.video(
              new ClipShape(8, 8, 8), new PatchShape(2, 4, 4), new TransformerShape(8, 2, 2)),
          new TransformerShape(8, 1, 2));

  private static final ImageMaeConfig IMAGE =
      new ImageMaeConfig(
          VitConfig.image(new ClipShape(1, 8, 8), new PatchShape(1, 2, 2), VIDEO.encoder())
              .withPositions(Positions.FIXED),
          VIDEO.decoder());

  private static final Scale SMALL = new Scale(PaperStudyTest::small, PaperStudyTest::small, true);

  @TempDir static Path folder;

  private static Map<String, Path> roots;

  private static PretrainingRecipe small(PretrainingRecipe recipe) {
    boolean images = recipe.model().clip().frames() == 1;
    MaskedAutoencoderConfig<? extends MaskedAutoencoder> model = images ? IMAGE : VIDEO;
    return recipe
        .withModel(model, small(recipe.clips(), model.clip().frames(), 2))
        .withBatchesPerStep(1)
        .withMaskRatio(0.5)
        .withSteps(2);
  }

  private static FinetuningRecipe small(FinetuningRecipe recipe) {
    boolean images = recipe.vitModel().vit().clip().frames() == 1;
    int frames = recipe.clips().input().sampling().frames() == 1 ? 1 : 8;
    return recipe
        .withModel(
            recipe
                .vitModel()
                .withVit(images ? IMAGE.vit().withPositions(Positions.JOINT) : VIDEO.vit()),
            small(recipe.clips(), frames, 16))
        .withBatchesPerStep(1)
        .withSteps(1);
  }

  private static TrainingClips small(TrainingClips clips, int frames, int videosPerBatch) {
    CentreCrop crop =
        clips.input().crop().rounding() == CentreCrop.Rounding.TORCHVISION
            ? CentreCrop.ofPhotograph(8)
            : CentreCrop.ofVideo(8);
    return clips
        .withInput(clips.input().withSampling(new FrameSampling(frames, 1, 30)).withCrop(crop))
        .withVideosPerBatch(videosPerBatch)
        .withClipsPerVideo(1);
  }

  @BeforeAll
  static void makeTrees() throws IOException {
    roots = new LinkedHashMap<>();
    for (String name : List.of("saycam", "kinetics", "ssv2", "imagenet", "ood")) {
      roots.put("--" + name, Files.createDirectories(folder.resolve(name)));
    }
    Path video = folder.resolve("video.mp4");
    write(video);
    Path image = folder.resolve("image.png");
    ImageIO.write(picture(), "png", image.toFile());
    Path jpeg = folder.resolve("image.jpg");
    ImageIO.write(picture(), "jpg", jpeg.toFile());

    for (int i = 0; i < 12; i++) {
      copy(video, roots.get("--saycam").resolve(String.format(Locale.ROOT, "S/2013/%03d.mp4", i)));
    }
    copy(video, roots.get("--saycam").resolve("A/2013/000.mp4"));
    for (int c = 0; c < VIDEO_CLASSES; c++) {
      Path kinetics = roots.get("--kinetics");
      for (int i = 0; i < VIDEOS_PER_CLASS; i++) {
        copy(video, kinetics.resolve(String.format(Locale.ROOT, "train/class %d/%03d.mp4", c, i)));
        copy(
            video,
            roots.get("--ssv2").resolve("20bn-something-something-v2/" + ssv2(c, i) + ".webm"));
      }
      copy(video, kinetics.resolve(String.format(Locale.ROOT, "val/class %d/900.mp4", c)));
      copy(video, kinetics.resolve(String.format(Locale.ROOT, "val/class %d/901.mp4", c)));
    }
    labels(roots.get("--ssv2"));
    for (int c = 0; c < IMAGE_CLASSES; c++) {
      Path imagenet = roots.get("--imagenet");
      copy(jpeg, imagenet.resolve(String.format(Locale.ROOT, "train/n%08d/a.JPEG", c)));
      copy(jpeg, imagenet.resolve(String.format(Locale.ROOT, "val/n%08d/b.JPEG", c)));
    }
    copy(
        image,
        roots.get("--ood").resolve("contrast/dnn/session-1/0001_cop_dnn_c05_chair_10_n0.png"));
    copy(image, roots.get("--ood").resolve("edge/bear/bear1.png"));
  }

  private static int ssv2(int label, int index) {
    return 1000 * (label + 1) + index;
  }

  private static void labels(Path root) throws IOException {
    Files.writeString(
        root.resolve("something-something-v2-labels.json"),
        "{\"Moving something up\": \"0\", \"Dropping something\": \"1\"}");
    List<String> templates = List.of("Moving [something] up", "Dropping [something]");
    Files.writeString(
        root.resolve("something-something-v2-train.json"), entries(templates, VIDEOS_PER_CLASS));
    Files.writeString(
        root.resolve("something-something-v2-validation.json"), entries(templates, 3));
  }

  private static String entries(List<String> templates, int count) {
    return IntStream.range(0, VIDEO_CLASSES)
        .boxed()
        .flatMap(
            c ->
                IntStream.range(0, count)
                    .mapToObj(
                        i ->
                            String.format(
                                Locale.ROOT,
                                "{\"id\": \"%d\", \"template\": \"%s\"}",
                                ssv2(c, i),
                                templates.get(c))))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to);
  }

  private static void write(Path file) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(16, 16)
            .setFrameRate(30, 1)
            .build()) {
      ByteBuffer pixels = ByteBuffer.allocateDirect(3 * 16 * 16);
      for (int frame = 0; frame < 12; frame++) {
        for (int i = 0; i < pixels.capacity(); i++) {
          pixels.put(i, (byte) (20 * frame + i));
        }
        writer.write(pixels);
      }
      writer.finish();
    }
  }

  private static BufferedImage picture() {
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.ORANGE);
    graphics.fillOval(3, 3, 9, 9);
    graphics.dispose();
    return picture;
  }

  @Test
  void runsEveryResultOnTreesInThePapersLayouts() throws IOException {
    Path work = folder.resolve("work");
    new AllResults().run(new ResultOptions(work, new PaperOptions(roots, SMALL)));

    for (int i = 1; i <= 5; i++) {
      assertThat(work.resolve("result" + i + "/result.json")).isNotEmptyFile();
    }
    assertThat(Files.readString(work.resolve("result1/index.html")))
        .contains("SSV2, 50-shot", "Kinetics-200h", "S, image model");
    assertThat(Files.readString(work.resolve("result5/result.json")))
        .contains("\"contrast\"", "\"edge\"");
    assertThat(Files.readString(work.resolve("result3/result.json"))).contains("\"S, 0.1%\"");
  }

  @Test
  void runsFromPublishedWeightsWhereThereAreSome() throws IOException {
    Path weights = Files.createDirectories(folder.resolve("published"));
    FinetuningRecipe recipe = small(FinetuningRecipes.VIDEO_SSV2_50_V1);
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels()) {
      for (String data : List.of("s", "kinetics", "kinetics-200h")) {
        Models.save(
            Models.create(
                VIDEO, ClipInput.video(new FrameSampling(8, 1, 30), 8), kernels, manager, 1),
            weights.resolve(data + "_none.pth"),
            Map.of());
        for (String task : List.of("ssv2-10shot", "ssv2-50shot", "kinetics-10shot")) {
          Models.save(
              Models.create(
                  recipe.vitModel().withClasses(VIDEO_CLASSES),
                  recipe.clips().input(),
                  kernels,
                  manager,
                  2),
              weights.resolve(data + "_" + task + ".pth"),
              Map.of());
        }
      }
    }
    Map<String, Path> all = new LinkedHashMap<>(roots);
    all.put("--weights", weights);
    Path work = folder.resolve("from-published");
    ResultOptions options = new ResultOptions(work, new PaperOptions(all, SMALL));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AllResults().run(options))
        .withMessageContaining(weights.resolve("s_kinetics-50shot.pth").toString())
        .withMessageContaining(weights.resolve("kinetics_kinetics-50shot.pth").toString());

    for (String data : List.of("s", "kinetics", "kinetics-200h")) {
      Files.copy(
          weights.resolve(data + "_kinetics-10shot.pth"),
          weights.resolve(data + "_kinetics-50shot.pth"));
    }
    new AllResults().run(options);

    for (int i = 1; i <= 5; i++) {
      assertThat(work.resolve("result" + i + "/result.json")).isNotEmptyFile();
    }
    try (Stream<Path> trained = Files.list(work.resolve("models/pretrained"))) {
      assertThat(trained.map(path -> path.getFileName().toString().replaceAll("-seed.*", "")))
          .containsExactlyInAnyOrder("s-image-model", "s-10", "s-1", "s-0-1");
    }
    try (Stream<Path> finetuned = Files.list(work.resolve("models/finetuned"))) {
      assertThat(finetuned.map(path -> path.getFileName().toString().replaceAll("-seed.*", "")))
          .contains("s-on-imagenet-1-shot")
          .doesNotContain("s-on-ssv2-50-shot", "kinetics-700-on-ssv2-10-shot");
    }
  }

  @Test
  void namesAllThatIsMissingBeforeAnythingIsTrained() throws IOException {
    Path broken = Files.createDirectories(folder.resolve("broken/train/one class"));
    Path weights = Files.createDirectories(folder.resolve("weights"));
    Path classes = Files.writeString(folder.resolve("classes.txt"), "Moving something up\nNo such");
    Map<String, Path> wrong = new LinkedHashMap<>();
    wrong.put("--kinetics", broken.getParent().getParent());
    wrong.put("--ssv2", roots.get("--ssv2"));
    wrong.put("--weights", weights);
    wrong.put("--mapped-classes", classes);
    Path noFolder = Files.writeString(folder.resolve("no-folder"), "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResultOptions(noFolder, new PaperOptions(roots, SMALL)).check())
        .withMessageStartingWith("--work must be a folder to write to, but " + noFolder);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PaperStudy.of(wrong, Set.of("result1", "result2", "result5"), SMALL))
        .withMessageStartingWith("--paper needs ")
        .withMessageContaining("--saycam")
        .withMessageContaining("--imagenet")
        .withMessageContaining("--ood")
        .withMessageContaining("\n--kinetics: ")
        .withMessageContaining("\n--weights: there is no " + weights.resolve("s_none.pth"))
        .withMessageContaining("\n--weights: there is no " + weights.resolve("kinetics_none.pth"))
        .withMessageContaining("\n--mapped-classes: ")
        .withMessageContaining("No such");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PaperStudy.of(wrong, Set.of("result4"), SMALL))
        .withMessageContaining("s_none.pth")
        .satisfies(e -> assertThat(e).hasMessageNotContainingAny("kinetics_none", "ssv2-50shot"));
  }

  @Test
  void aResultNeedsOnlyItsOwnData() {
    Map<String, Path> few =
        Map.of("--ssv2", roots.get("--ssv2"), "--saycam", roots.get("--saycam"));
    Result4Interpolation.Numbers numbers =
        new Result4Interpolation()
            .run(new ResultOptions(folder.resolve("few"), new PaperOptions(few, SMALL)));
    assertThat(numbers.completions())
        .extracting(Result4Interpolation.Completion::clips)
        .containsOnly("SSV2");
  }
}
