package org.mae4j.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Normalization;
import org.mae4j.api.Pooling;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFiles;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.HoldOut;
import org.mae4j.eval.embedding.ClipFeatures;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.Vit;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitModelConfig;
import org.mae4j.models.inference.ClipClassification;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Runs each program as a user does, and looks at what it left. */
class GuideTest {

  private static final VideoMaeConfig MAE = VideoMaeConfig.TOY;
  private static final ClipInput INPUT = ClipInput.video(ToyNursery.SAMPLING, 32);
  private static final int VIDEOS = 5;
  private static final int THREADS = 16;
  private static final int REQUESTS = 800;
  private static final long KEPT_BYTES = 32L << 20;

  @TempDir static Path folder;
  private static Path videos;
  private static Path classFolders;
  private static Path model;
  private static Path classifier;

  @BeforeAll
  static void makeVideosAndModels() {
    NurseryFiles files =
        ToyNursery.builder()
            .setSeed(6)
            .optPretrainingClips(VIDEOS)
            .optTrainClipsPerClass(4)
            .optTestClipsPerClass(1)
            .optSize(48)
            .build()
            .write(folder.resolve("nursery"), (done, total) -> {});
    videos = files.unlabelled();
    classFolders = files.train(ToyTask.TEMPLATES);
    model = save(MAE, "model.safetensors");
    classifier =
        save(
            new ClassifierConfig(MAE.vit(), 12, Pooling.PER_SLOT)
                .withClassNames(ToyTask.TEMPLATES.classes()),
            "classifier.safetensors");
  }

  private static <M extends Vit> Path save(VitModelConfig<M> config, String name) {
    Path file = folder.resolve(name);
    try (NDManager manager = TorchEngine.newManager()) {
      Models.save(Models.create(config, INPUT, manager, 3), file);
    }
    return file;
  }

  @Test
  void embedAFolderWritesTheFeaturesAndNamesWhatItLeavesOut() throws Exception {
    Path broken = Files.createDirectory(folder.resolve("one broken"));
    for (Path video : videoFiles()) {
      Files.copy(video, broken.resolve(video.getFileName()));
    }
    Files.writeString(broken.resolve("zz.mp4"), "no video");
    Path out = folder.resolve("rows.csv");

    String said = run(EmbedAFolder::main, model, broken, out);

    ClipFeatures features = features();
    assertThat(rows(out)).isDeepEqualTo(features.rows());
    assertThat(Files.readAllLines(out).stream().skip(1).map(line -> line.split(",", 2)[0]))
        .containsExactlyElementsOf(features.clips().stream().map(clip -> clip.id()).toList());
    assertThat(said).startsWith("left out: ").contains("zz.mp4");
  }

  @Test
  void copyAFolderMakesEachCopyOnce() throws Exception {
    Path copies = folder.resolve("copies");
    String said = run(CopyAFolder::main, videos, copies);
    assertThat(said.lines()).hasSize(VIDEOS + 1);
    assertThat(said).contains("MADE ").endsWith(": " + VIDEOS + " files" + System.lineSeparator());
    assertThat(run(CopyAFolder::main, videos, copies)).contains("PRESENT ").doesNotContain("MADE ");
    assertThat(VideoFolder.of(copies).listHash()).isEqualTo(VideoFolder.of(videos).listHash());
  }

  /** Stride, size and colours unlike those of any recipe. */
  @Test
  void embedAFolderLooksAsTheTrainingDid() throws Exception {
    ClipInput unusual =
        ClipInput.video(new FrameSampling(16, 2, 30), 48)
            .withNormalization(new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)));
    PretrainingRecipe toy = PretrainingRecipes.TOY;
    PretrainingRecipe recipe =
        toy.withModel(
                MAE.withVit(MAE.vit().withClip(new ClipShape(16, 48, 48))),
                toy.clips().withInput(unusual))
            .withSteps(1);
    Path trained = folder.resolve("unusual.safetensors");
    Path out = folder.resolve("unusual.csv");
    float[] expected;
    try (NDManager manager = TorchEngine.newManager();
        PretrainingState state = PretrainingState.start(recipe, 5, manager);
        BatchSource source =
            VideoBatches.evaluation(VideoFolder.of(videos), recipe.clips().input())) {
      state.saveModel(trained);
      expected =
          state.model().embed(source.batch(0, manager).clips(), Pooling.PER_SLOT).toFloatArray();
    }

    run(EmbedAFolder::main, trained, videos, out);

    assertThat(flat(rows(out))).isEqualTo(expected);
  }

  @Test
  void neighboursRanksTheOthers() throws Exception {
    List<String> said = run(Neighbours::main, model, videos).lines().toList();

    ClipFeatures features = features();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < VIDEOS; i++) {
      expected.add(features.clips().get(i).id());
      features
          .neighbours(i, 3)
          .forEach(
              near ->
                  expected.add(String.format("  %.3f %s", near.similarity(), near.clip().id())));
    }
    assertThat(said).hasSize(VIDEOS * 4).containsExactlyElementsOf(expected);
  }

  @Test
  void classifyFilesPrintsTheLikeliest() throws Exception {
    Path second = videoFiles().get(1);
    Path first = videoFiles().get(0);

    List<String> said = run(ClassifyFiles::main, classifier, second, first).lines().toList();

    List<ClipClassification> expected = classified(List.of(second, first));
    assertThat(said).hasSize(8);
    for (int i = 0; i < 2; i++) {
      ClipClassification answer = expected.get(i);
      assertThat(said.get(4 * i)).isEqualTo(answer.source().id());
      assertThat(said.get(4 * i + 1))
          .isEqualTo("  %4.1f %% %s", 100 * answer.best().probability(), answer.best().className());
    }
  }

  @Test
  void completeAClipDrawsEveryFrame() throws Exception {
    Path gif = folder.resolve("completed.gif");

    run(CompleteAClip::main, model, videoFiles().get(0), gif);

    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(gif.toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(MAE.predictedFrames());
    }
  }

  @Test
  void encodeAndDecodePrintsTheShapes() throws Exception {
    assertThat(run(EncodeAndDecode::main, model, videoFiles().get(0)))
        .isEqualToIgnoringNewLines("(1, 3, 16, 32, 32) (1, 33, 128) (1, 128, 384)");
  }

  @Test
  void lookAtAttentionDrawsEverySlot() throws Exception {
    Path png = folder.resolve("attention.png");

    String said = run(LookAtAttention::main, model, videoFiles().get(0), png);

    BufferedImage picture = ImageIO.read(png.toFile());
    assertThat(picture.getWidth()).isEqualTo(8 * 64 + 7 * 3);
    assertThat(said).startsWith("class-token attention");
  }

  @Test
  void latentTargetsTrainsAModelThatPredictsTheTeacher() throws Exception {
    Path file = folder.resolve("latents.safetensors");

    run(LatentTargets::main, model, videos, "2", file);

    try (NDManager manager = TorchEngine.newManager();
        VideoMae teacher = Models.loadVideoMae(model, manager);
        VideoMae trained = Models.loadVideoMae(file, manager)) {
      assertThat(trained.config()).isEqualTo(MAE.predictingLatents(teacher.width()));
      assertThat(trained.input()).isEqualTo(INPUT);
      NDArray clips = VideoBatches.clip(videoFiles().get(0), INPUT, manager);
      NDArray latents = teacher.encode(clips, List.of(TokenMask.allVisible(teacher.grid())));
      NDArray targets = LatentTargets.latentsOf(teacher).of(clips);
      assertThat(targets.toFloatArray()).isEqualTo(latents.get(":, 1:").toFloatArray());
    }
    Path gif = folder.resolve("latents.gif");
    assertThatThrownBy(() -> run(CompleteAClip::main, file, videoFiles().get(0), gif))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "to complete clips takes a decoder that predicts pixels, but that of VideoMae predicts"
                + " latents");
  }

  @Test
  void ownDecoderTrainsAModelThatIsLoadedAndCompletesClips() throws Exception {
    Path file = folder.resolve("cross.safetensors");

    run(OwnDecoder::main, videos, "2", file);

    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open();
        Autoencoder trained = Models.load(OwnDecoder.Config.class, file, kernels, manager)) {
      ClipInput input = Models.input(file);
      assertThat(input).isEqualTo(PretrainingRecipes.SMALL.clips().input());
      assertThat(trained.weights()).containsKeys("decoder.queries", "patch_embed.proj.weight");
      NDArray clips = VideoBatches.clip(videoFiles().get(0), input, manager);
      List<TokenMask> masks = List.of(TokenMask.ofVisible(trained.grid().tokens(), 0, 1, 5));
      NDArray predicted = trained.decode(trained.encode(clips, masks), masks);
      assertThat(predicted.getShape()).isEqualTo(new Shape(1, 128, 1536));
    }
  }

  @Test
  void ownMaskingTrainsAModelAndKeepsWhatIsStill() throws Exception {
    Path file = folder.resolve("own.safetensors");

    run(OwnMasking::main, videos, "2", file);

    try (NDManager manager = TorchEngine.newManager();
        VideoMae trained = Models.loadVideoMae(file, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFolder.of(videos), trained.input())) {
      NDArray batch = clips.batch(0, manager).clips();
      double seen = 0;
      double all = 0;
      try (ClipContent.Batch contents = ClipContent.of(batch, trained.grid())) {
        for (int i = 0; i < contents.size(); i++) {
          float[] motion = contents.clip(i).motion();
          TokenMask mask =
              new OwnMasking.KeepTheStill(0.25).mask(contents.clip(i), Seeds.generator(i));
          assertThat(mask.visibleCount()).isEqualTo(trained.grid().tokens() / 4);
          seen +=
              IntStream.of(mask.visible()).mapToDouble(token -> motion[token]).average().orElse(0);
          all += IntStream.range(0, motion.length).mapToDouble(t -> motion[t]).average().orElse(0);
        }
      }
      assertThat(seen).isLessThan(all / 2);
    }
  }

  @Test
  void pretrainOnAFolderSavesAModelThatSaysHowItLooks() throws Exception {
    Path file = folder.resolve("pretrained.safetensors");

    run(PretrainOnAFolder::main, videos, "2", file);

    PretrainingRecipe recipe = PretrainingRecipes.SMALL;
    try (NDManager manager = TorchEngine.newManager();
        VideoMae loaded = Models.loadVideoMae(file, manager)) {
      assertThat(loaded.config()).isEqualTo(recipe.model());
      assertThat(loaded.input()).isEqualTo(recipe.clips().input());
    }
    assertThat(MetricsFile.read(folder.resolve("pretrained.safetensors.jsonl")).steps()).hasSize(2);
    run(EmbedAFolder::main, file, videos, folder.resolve("pretrained.csv"));
  }

  @Test
  void compareMasksWritesAPageAndTrainsNothingTwice() throws Exception {
    Path out = folder.resolve("masks");

    String first = run(CompareMasks::main, videos, "1", out);
    String again = run(CompareMasks::main, videos, "1", out);

    assertThat(first)
        .contains("done: masking=motion, seed 2 (6 of 6)")
        .containsPattern("masking=tube: error \\d");
    assertThat(again)
        .startsWith("6 of 6 runs are there already")
        .endsWith(first.substring(first.indexOf("masking=random: error")));
    assertThat(out.resolve("index.html")).content().contains("Filling in: middle frames");
    assertThat(out.resolve("runs.csv")).content().contains("MOTION");
  }

  @Test
  void fewShotFromAFolderJudgesHalf() throws Exception {
    int judged = HoldOut.of(VideoFolder.ofClasses(classFolders), 0.5, 1).validation().size();
    assertThat(judged).isBetween(12, 36);
    assertThat(run(FewShotFromAFolder::main, model, classFolders))
        .matches(
            // In the digits of wherever one is.
            String.format(
                "\\S+ %% of %d test clips right, %.1f %% by guessing\\R", judged, 100 / 12.0));
  }

  @Test
  void finetuneAClassifierMakesOneThatClassifies() throws Exception {
    Path file = folder.resolve("finetuned.safetensors");

    run(FinetuneAClassifier::main, model, classFolders, "2", file);

    try (NDManager manager = TorchEngine.newManager();
        VitClassifier loaded = Models.loadClassifier(file, manager)) {
      assertThat(loaded.input()).isEqualTo(INPUT);
      assertThat(loaded.classNames()).hasSize(12).contains(ToyTask.TEMPLATES.classes().get(0));
    }
    assertThat(MetricsFile.read(folder.resolve("finetuned.safetensors.jsonl")).steps()).hasSize(2);
    assertThat(run(ClassifyFiles::main, file, videoFiles().get(0)).lines()).hasSize(4);
  }

  @Test
  void serveFromThreadsAnswersInOrder() throws Exception {
    List<Path> requests = requests(40);
    Object[] arguments = Stream.concat(Stream.of(classifier), requests.stream()).toArray();

    List<String> said = run(ServeFromThreads::main, arguments).lines().toList();

    List<ClipClassification> expected = classified(videoFiles());
    assertThat(said).hasSize(40);
    for (int i = 0; i < 40; i++) {
      ClipClassification answer = expected.get(i % VIDEOS);
      assertThat(said.get(i)).isEqualTo(answer.source().id() + ": " + answer.best().className());
    }
  }

  @Test
  void manyThreadsGetTheAnswersOfOneAndKeepNoMemory() throws Exception {
    List<Path> requests = requests(REQUESTS);
    try (NDManager manager = TorchEngine.newManager();
        VitClassifier loaded = Models.loadClassifier(classifier, manager)) {
      ServeFromThreads server = new ServeFromThreads(loaded);
      List<ClipClassification> ofOneThread = videoFiles().stream().map(server::classify).toList();

      assertAnswersInThreads(server, requests, ofOneThread);
      long before = residentBytes();
      for (int round = 0; round < 2; round++) {
        assertAnswersInThreads(server, requests, ofOneThread);
      }

      assertThat(residentBytes() - before).isLessThan(KEPT_BYTES);
    }
  }

  private static void assertAnswersInThreads(
      ServeFromThreads server, List<Path> requests, List<ClipClassification> expected)
      throws Exception {
    List<ClipClassification> answers = inThreads(server, requests);
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(answers.get(i)).as("request " + i).isEqualTo(expected.get(i % VIDEOS));
    }
  }

  private static List<ClipClassification> inThreads(ServeFromThreads server, List<Path> requests)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<ClipClassification>> calls =
          requests.stream()
              .<Callable<ClipClassification>>map(video -> () -> server.classify(video))
              .toList();
      List<ClipClassification> answers = new ArrayList<>();
      for (Future<ClipClassification> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Path> requests(int count) throws IOException {
    List<Path> files = videoFiles();
    return IntStream.range(0, count).mapToObj(i -> files.get(i % VIDEOS)).toList();
  }

  private static List<Path> videoFiles() throws IOException {
    try (Stream<Path> files = Files.list(videos)) {
      return files.sorted().toList();
    }
  }

  private static ClipFeatures features() {
    try (NDManager manager = TorchEngine.newManager();
        VideoMae loaded = Models.loadVideoMae(model, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFolder.of(videos), INPUT)) {
      return ClipFeatures.of(loaded, Pooling.PER_SLOT, clips);
    }
  }

  private static List<ClipClassification> classified(List<Path> files) {
    try (NDManager manager = TorchEngine.newManager();
        VitClassifier loaded = Models.loadClassifier(classifier, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFiles.of(files), INPUT)) {
      return ClipClassification.of(loaded, clips);
    }
  }

  /** The features in a CSV file, whose paths have no commas. */
  private static float[][] rows(Path csv) throws IOException {
    return Files.readAllLines(csv).stream()
        .skip(1)
        .map(
            line -> {
              String[] cells = line.split(",", -1);
              float[] row = new float[cells.length - 1];
              for (int i = 0; i < row.length; i++) {
                row[i] = Float.parseFloat(cells[1 + i]);
              }
              return row;
            })
        .toArray(float[][]::new);
  }

  private static float[] flat(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }

  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0; // a system that does not tell
    }
    System.gc();
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private interface Main {
    void run(String[] arguments) throws Exception;
  }

  /** What a program prints. */
  private static String run(Main program, Object... arguments) throws Exception {
    PrintStream console = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      program.run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    } finally {
      System.setOut(console);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
