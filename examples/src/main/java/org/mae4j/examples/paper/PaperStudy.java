package org.mae4j.examples.paper;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mae4j.data.dataset.ClassFolderBuilder;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ImageNet;
import org.mae4j.data.dataset.Kinetics700;
import org.mae4j.data.dataset.OutOfDistributionImageNet;
import org.mae4j.data.dataset.SayCam;
import org.mae4j.data.dataset.SomethingSomethingV2;
import org.mae4j.data.split.FewShotSplit;
import org.mae4j.data.split.FractionSubset;
import org.mae4j.data.split.VideoHours;
import org.mae4j.eval.recognition.CategoryRule;
import org.mae4j.examples.app.footage.PaperPretraining;
import org.mae4j.models.zoo.PublishedModel;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * The five results on the paper's data, by the authors' first-generation recipes. As theirs, the
 * figures are those of the checkpoint that is best on the clips that are judged on.
 */
final class PaperStudy implements Study {

  private static final long SEED = 1;
  private static final List<Integer> SHOTS = List.of(10, 50);
  private static final double LABELLED_IMAGES = 0.02;
  private static final int MAPPED = 10;

  private static final String SSV2 = "SSV2";
  private static final String KINETICS = "Kinetics-700";
  private static final String SCRATCH = "scratch";

  /** The folders that each result needs. */
  private static final Map<String, List<String>> NEEDED =
      Map.of(
          "result1", List.of("--saycam", "--kinetics", "--ssv2"),
          "result2", List.of("--ssv2"),
          "result3", List.of("--saycam", "--kinetics", "--ssv2"),
          "result4", List.of("--ssv2"),
          "result5", List.of("--saycam", "--imagenet", "--ood"));

  /** The tasks whose published classifiers each result judges. */
  private static final Map<String, List<String>> JUDGED =
      Map.of(
          "result1", List.of("ssv2-10shot", "ssv2-50shot", "kinetics-10shot", "kinetics-50shot"),
          "result2", List.of("ssv2-10shot", "ssv2-50shot"),
          "result3", List.of("ssv2-50shot", "kinetics-50shot"),
          "result4", List.of(),
          "result5", List.of());

  private final Scale scale;
  private final ClipDataset saycam;
  private final ClipDataset kineticsTrain;
  private final ClipDataset kineticsTest;
  private final ClipDataset ssv2Train;
  private final ClipDataset ssv2Test;
  private final ClipDataset imagenetTrain;
  private final ClipDataset imagenetTest;
  private final List<OutOfDistributionImageNet.Task> outOfDistribution;
  private final Map<String, Pretraining.Published> published;
  private final List<String> mappedClasses;
  private final Map<ClipDataset, VideoHours> hours = new HashMap<>();

  private PaperStudy(Roots roots, Set<String> results, boolean weights, Scale scale) {
    this.scale = scale;
    saycam = roots.open("--saycam", root -> SayCam.of(root, SayCam.Child.S));
    kineticsTrain = roots.open("--kinetics", root -> classes(Kinetics700.builder(), root, "train"));
    kineticsTest = roots.open("--kinetics", root -> classes(Kinetics700.builder(), root, "val"));
    ssv2Train = roots.open("--ssv2", root -> ssv2(root, SomethingSomethingV2.Split.TRAIN));
    ssv2Test = roots.open("--ssv2", root -> ssv2(root, SomethingSomethingV2.Split.VALIDATION));
    imagenetTrain = roots.open("--imagenet", root -> classes(ImageNet.builder(), root, "train"));
    imagenetTest = roots.open("--imagenet", root -> classes(ImageNet.builder(), root, "val"));
    outOfDistribution = roots.open("--ood", this::outOfDistribution);
    published =
        weights ? roots.open("--weights", root -> published(root, results, roots)) : Map.of();
    List<String> chosen = roots.open("--mapped-classes", root -> mapped(root, ssv2Train));
    mappedClasses = chosen;
    roots.requireNone();
  }

  /**
   * Opens the data of some results.
   *
   * @param roots by option
   * @param results their names
   * @throws IllegalArgumentException with a line for each thing that is missing or wrong
   */
  static PaperStudy of(Map<String, Path> roots, Set<String> results, Scale scale) {
    boolean weights = roots.containsKey("--weights");
    Set<String> needed =
        results.stream().flatMap(name -> NEEDED.get(name).stream()).collect(Collectors.toSet());
    needed.add(weights ? "--weights" : "--saycam");
    if (roots.containsKey("--mapped-classes")) {
      needed.add("--mapped-classes");
    }
    return new PaperStudy(new Roots(roots, needed), results, weights, scale);
  }

  private ClipDataset classes(ClassFolderBuilder builder, Path root, String split) {
    builder.setRoot(root).setSplit(split);
    return (scale.partial() ? builder.optPartial() : builder).build();
  }

  private ClipDataset ssv2(Path root, SomethingSomethingV2.Split split) {
    SomethingSomethingV2.Builder builder =
        SomethingSomethingV2.builder().setRoot(root).setSplit(split);
    return (scale.partial() ? builder.optPartial() : builder).build();
  }

  private List<OutOfDistributionImageNet.Task> outOfDistribution(Path root) {
    OutOfDistributionImageNet.Builder builder = OutOfDistributionImageNet.builder().setRoot(root);
    return (scale.partial() ? builder.optPartial() : builder).build();
  }

  /** The published files of S and, where Result 1 compares them, of Kinetics. */
  private static Map<String, Pretraining.Published> published(
      Path folder, Set<String> results, Roots problems) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(PaperPretraining.S.title(), "s");
    if (results.contains("result1")) {
      names.put(PaperPretraining.KINETICS.title(), "kinetics");
      names.put(PaperPretraining.KINETICS_200H.title(), "kinetics-200h");
    }
    Set<String> judged =
        results.stream().flatMap(name -> JUDGED.get(name).stream()).collect(Collectors.toSet());
    Map<String, Pretraining.Published> found = new LinkedHashMap<>();
    names.forEach(
        (name, data) -> {
          Map<String, Path> classifiers = new HashMap<>();
          for (int shots : SHOTS) {
            ImmutableMap.of(SSV2, "ssv2-" + shots + "shot", KINETICS, "kinetics-" + shots + "shot")
                .forEach(
                    (task, published) -> {
                      if (judged.contains(published)) {
                        classifiers.put(
                            name(task, shots), file(folder, "vit", data, published, problems));
                      }
                    });
          }
          Path autoencoder = file(folder, "mae", data, "none", problems);
          found.put(name, new Pretraining.Published(autoencoder, classifiers));
        });
    return found;
  }

  private static Path file(Path folder, String kind, String data, String task, Roots problems) {
    PublishedModel model = new PublishedModel(kind, data, task);
    Path file = folder.resolve(model.fileName());
    if (!Files.exists(file)) {
      problems.note(
          "--weights: there is no " + file + "; download it from " + model.downloadAddress());
    }
    return file;
  }

  private static String name(String task, int shots) {
    return task + ", " + shots + "-shot";
  }

  private static List<String> mapped(Path file, ClipDataset dataset) {
    List<String> classes;
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      classes = lines.map(String::strip).filter(line -> !line.isEmpty()).distinct().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
    }
    Set<String> unknown = new LinkedHashSet<>(classes);
    unknown.removeAll(dataset == null ? classes : dataset.classes());
    if (!unknown.isEmpty() || classes.size() < 2) {
      throw new IllegalArgumentException(
          file
              + " must name at least 2 classes of Something-Something-V2, a line each, but has "
              + (unknown.isEmpty() ? classes.size() : unknown));
    }
    return classes;
  }

  @Override
  public String name() {
    return "the paper's data";
  }

  @Override
  public String hash() {
    Stream<ClipDataset> datasets =
        Stream.of(
            saycam, kineticsTrain, kineticsTest, ssv2Train, ssv2Test, imagenetTrain, imagenetTest);
    Stream<ClipDataset> tasks =
        Stream.ofNullable(outOfDistribution)
            .flatMap(List::stream)
            .map(OutOfDistributionImageNet.Task::images);
    String all =
        Stream.concat(datasets, tasks)
            .filter(dataset -> dataset != null)
            .map(ClipDataset::listHash)
            .collect(Collectors.joining(" "));
    return Hashing.sha256().hashString(all, StandardCharsets.UTF_8).toString();
  }

  @Override
  public int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public List<String> notes() {
    return Stream.of(saycam, kineticsTrain, ssv2Train, imagenetTrain)
        .filter(dataset -> dataset != null)
        .map(ClipDataset::toString)
        .toList();
  }

  @Override
  public Map<String, String> settings() {
    return ImmutableMap.of(
        "recipes",
        "the authors' first generation",
        "published weights",
        published.isEmpty() ? "none" : String.join(", ", published.keySet()));
  }

  private Pretraining pretraining(PaperPretraining wanted) {
    String name = wanted.title();
    PretrainingRecipe scaled = scale.pretraining().apply(wanted.recipe());
    if (published.containsKey(name)) {
      return Pretraining.published(name, scaled, published.get(name));
    }
    boolean images = wanted.recipe().model().clip().frames() == 1;
    return Pretraining.of(name, images, scaled, corpus(videos(wanted)));
  }

  private ClipDataset videos(PaperPretraining wanted) {
    return wanted.part(wanted.isOfSayCam() ? saycam : kineticsTrain);
  }

  private Corpus corpus(ClipDataset videos) {
    ClipDataset whole =
        videos.root().equals(saycam == null ? null : saycam.root()) ? saycam : kineticsTrain;
    VideoHours known = hours.computeIfAbsent(whole, VideoHours::of);
    return new Corpus(videos, known.hours(videos), videos.listHash());
  }

  @Override
  public Pretraining child() {
    return pretraining(PaperPretraining.S);
  }

  @Override
  public Pretraining image() {
    return pretraining(PaperPretraining.S_IMAGE);
  }

  @Override
  public Pretraining none() {
    return Pretraining.none(SCRATCH);
  }

  @Override
  public List<Pretraining> compared() {
    return List.of(
        pretraining(PaperPretraining.KINETICS),
        pretraining(PaperPretraining.KINETICS_200H),
        child(),
        image(),
        none());
  }

  @Override
  public List<Part> fractions() {
    return List.of(
        new Part(child(), corpus(saycam).hours()),
        part(PaperPretraining.S_10_PERCENT),
        part(PaperPretraining.S_1_PERCENT),
        part(PaperPretraining.S_TENTH_PERCENT));
  }

  private Part part(PaperPretraining wanted) {
    return new Part(pretraining(wanted), corpus(videos(wanted)).hours());
  }

  @Override
  public List<String> actionTasks() {
    return List.of(SSV2, KINETICS);
  }

  @Override
  public FewShotSet actions(String task, int shots) {
    boolean few = shots == SHOTS.get(0);
    if (task.equals(SSV2)) {
      return set(
          SSV2,
          shots,
          FewShotSplit.first(shots).of(ssv2Train),
          ssv2Test,
          few ? FinetuningRecipes.VIDEO_SSV2_10_V1 : FinetuningRecipes.VIDEO_SSV2_50_V1,
          few ? FinetuningRecipes.IMAGE_SSV2_10 : FinetuningRecipes.IMAGE_SSV2_50);
    }
    return set(
        KINETICS,
        shots,
        FewShotSplit.random(shots, SEED).of(kineticsTrain),
        kineticsTest,
        few ? FinetuningRecipes.VIDEO_KINETICS_10_V1 : FinetuningRecipes.VIDEO_KINETICS_50_V1,
        few ? FinetuningRecipes.IMAGE_KINETICS_10 : FinetuningRecipes.IMAGE_KINETICS_50);
  }

  private FewShotSet set(
      String task,
      int shots,
      ClipDataset train,
      ClipDataset test,
      FinetuningRecipe video,
      FinetuningRecipe image) {
    int column = PaperNumbers.COLUMNS.indexOf(name(task, shots));
    Map<String, Double> paper =
        column < 0
            ? Map.of()
            : PaperNumbers.FEW_SHOT.stream()
                .collect(
                    Collectors.toMap(PaperNumbers.Row::pretraining, row -> row.top1().get(column)));
    List<String> classes = train.classes();
    return new FewShotSet(
        task,
        shots,
        train,
        test,
        train.listHash() + " " + test.listHash(),
        Optional.of(test),
        scaled(video, classes),
        scaled(image, classes),
        paper);
  }

  private FinetuningRecipe scaled(FinetuningRecipe recipe, List<String> classes) {
    FinetuningRecipe scaled = scale.finetuning().apply(recipe);
    return scaled.withModel(scaled.model().withClassNames(classes));
  }

  @Override
  public List<Integer> shots() {
    return SHOTS;
  }

  @Override
  public List<String> mappedClasses() {
    List<String> all = ssv2Train.classes();
    return mappedClasses == null ? all.subList(0, Math.min(MAPPED, all.size())) : mappedClasses;
  }

  @Override
  public Map<String, String> reversals() {
    return Map.of();
  }

  @Override
  public Pretraining interpolating() {
    return child();
  }

  @Override
  public Map<String, ClipDataset> unseen() {
    return Map.of(SSV2, ssv2Test);
  }

  @Override
  public FewShotSet objects() {
    ClipDataset train = FractionSubset.perClass(LABELLED_IMAGES, SEED).of(imagenetTrain);
    return set(
        "ImageNet",
        Math.max(1, train.size() / train.classes().size()),
        train,
        imagenetTest,
        FinetuningRecipes.VIDEO_IMAGENET_2_PERCENT,
        FinetuningRecipes.IMAGE_IMAGENET_2_PERCENT);
  }

  @Override
  public CategoryRule categories() {
    return CategoryRule.IMAGENET_16;
  }

  @Override
  public Map<String, Distorted> distorted() {
    Map<String, Distorted> tasks = new LinkedHashMap<>();
    outOfDistribution.forEach(
        task -> tasks.put(task.name(), new Distorted(task.images(), Optional.empty())));
    return tasks;
  }

  /**
   * What a run on the paper's data makes of the paper's recipes, and whether its datasets must be
   * all there.
   *
   * @param pretraining from the paper's recipe to the one that is run
   * @param finetuning the same
   * @param partial whether datasets may lack files and classes
   */
  record Scale(
      UnaryOperator<PretrainingRecipe> pretraining,
      UnaryOperator<FinetuningRecipe> finetuning,
      boolean partial) {

    /** The paper's own. */
    static final Scale FULL = new Scale(UnaryOperator.identity(), UnaryOperator.identity(), false);
  }
}
