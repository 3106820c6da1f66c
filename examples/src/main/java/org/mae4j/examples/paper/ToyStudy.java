package org.mae4j.examples.paper;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.corruption.Corruptions;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ImageFolder;
import org.mae4j.data.dataset.InMemoryReader;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.FewShotSplit;
import org.mae4j.data.split.FractionSubset;
import org.mae4j.data.split.VideoHours;
import org.mae4j.eval.recognition.CategoryRule;
import org.mae4j.examples.nursery.Motion;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.masking.WeightedMixture;
import org.mae4j.models.masking.WeightedMixture.Member;
import org.mae4j.models.masking.WholeFramesMasking;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/**
 * The five results in a world of toys, small enough for two cores. One child's home stands for
 * SAYCam's child S, scenes that are all different for Kinetics-700, motions in time-reversed pairs
 * for Something-Something-V2, rooms for Kinetics' actions, pictures of toys for ImageNet.
 */
final class ToyStudy implements Study {

  private static final long NURSERY_SEED = 1;
  private static final List<Double> FRACTIONS = List.of(1.0, 0.1, 0.01, 0.001);

  /** Fewer leave features that hide the rooms, and classifiers that are barely trained. */
  private static final int RELIABLE_STEPS = 2_500;

  private static final int RELIABLE_FINETUNING_STEPS = 300;

  /** All but the slides. */
  private static final List<String> MAPPED =
      Stream.of(
              Motion.EMERGE,
              Motion.HIDE,
              Motion.GROW,
              Motion.SHRINK,
              Motion.PART,
              Motion.MEET,
              Motion.SPIN_CLOCKWISE,
              Motion.SPIN_COUNTERCLOCKWISE)
          .map(Motion::className)
          .toList();

  /** All of the nursery takes about a gigabyte. */
  private static final long MEMORY = 2_000_000_000L;

  private final ToyScale scale;
  private final InMemoryReader reader = InMemoryReader.create(MEMORY);
  private final NurseryFiles files;
  private final PretrainingRecipe videoRecipe;
  private final PretrainingRecipe imageRecipe;
  private final Corpus child;
  private final Corpus diverse;
  private final VideoHours childHours;
  private final ClipDataset unseenAtHome;

  private ToyStudy(NurseryFiles files, ToyScale scale) {
    this.scale = scale;
    this.files = files;
    videoRecipe = PretrainingRecipes.TOY_RECOGNITION.withSteps(scale.steps());
    imageRecipe = PretrainingRecipes.TOY_IMAGE.withSteps(scale.steps());
    ClipDataset atHome = unlabelled(files.child());
    childHours = VideoHours.of(atHome);
    ClipDataset childVideos =
        atHome.subset("child", IntStream.range(0, scale.childVideos()).toArray());
    unseenAtHome =
        atHome.subset(
            "child, later videos", IntStream.range(scale.childVideos(), atHome.size()).toArray());
    child = new Corpus(childVideos, childHours.hours(childVideos), hash(childVideos));
    ClipDataset diverseVideos = unlabelled(files.unlabelled());
    diverse =
        new Corpus(
            diverseVideos, VideoHours.of(diverseVideos).hours(diverseVideos), hash(diverseVideos));
  }

  /** Renders the nursery into a folder, or finds it there. */
  static ToyStudy make(Path folder, ToyScale scale, ConsoleProgress progress) {
    ToyNursery nursery =
        ToyNursery.builder()
            .setSeed(NURSERY_SEED)
            .optPretrainingClips(scale.diverseVideos())
            .optChildClips(scale.childVideos() + scale.unseenVideos())
            .optTrainClipsPerClass(scale.manyShots())
            .optTestClipsPerClass(scale.testPerClass())
            .optObjects(scale.manyShots(), scale.testPerClass())
            .optSize(PretrainingRecipes.TOY.model().clip().height())
            .build();
    progress.say("toy nursery: rendering and encoding videos into " + folder);
    NurseryFiles files = nursery.write(folder, progress::rendered);
    progress.close();
    return new ToyStudy(files, scale);
  }

  @Override
  public String name() {
    return "toy nursery";
  }

  @Override
  public String hash() {
    return files.hash();
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public String caution() {
    return scale.steps() < RELIABLE_STEPS || scale.finetuningSteps() < RELIABLE_FINETUNING_STEPS
        ? " So few steps show how it goes, not what comes out in the end: for figures to rely on,"
            + " --seeds 3 --steps "
            + RELIABLE_STEPS
            + " --finetuning-steps "
            + RELIABLE_FINETUNING_STEPS
            + "."
        : "";
  }

  @Override
  public List<String> notes() {
    return List.of(
        "child: " + scale.childVideos() + " videos of one home, for SAYCam's child S",
        "diverse: " + scale.diverseVideos() + " videos, each of another place, for Kinetics-700",
        "diverse, matched: as many of them as the child has, for Kinetics-200h",
        "image: an image model on frames of the child's videos, for S-Img",
        "child, whole frames: fills frames in; half of its tokens were hidden, whole frames in"
            + " three clips of four, else at random; the paper hides 90% at random",
        "all but this one predict pixels that are normalised within their patch, unlike the"
            + " paper's",
        "templates: 12 motions in 6 pairs, one the other's time reversal, for SSV2",
        "scenes: 10 families of rooms, for Kinetics-700's actions",
        "objects: still pictures of 10 shapes of toys, for ImageNet",
        "the classes that Result 2 maps are all motions but the slides");
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("steps of a pretraining", Long.toString(scale.steps()));
    settings.put("for interpolation", Long.toString(scale.interpolationSteps()));
    settings.put("steps of a finetuning", Long.toString(scale.finetuningSteps()));
    return settings;
  }

  @Override
  public Pretraining child() {
    return Pretraining.of("child", false, videoRecipe, child);
  }

  @Override
  public Pretraining image() {
    return Pretraining.of("image", true, imageRecipe, child);
  }

  @Override
  public Pretraining none() {
    return Pretraining.none("scratch");
  }

  @Override
  public List<Pretraining> compared() {
    ClipDataset matched =
        FractionSubset.random(
                Math.min(1, (double) scale.childVideos() / scale.diverseVideos()), NURSERY_SEED)
            .of(diverse.videos());
    double hours = diverse.hours() * matched.size() / diverse.videos().size();
    return List.of(
        Pretraining.of("diverse", false, videoRecipe, diverse),
        Pretraining.of(
            "diverse, matched", false, videoRecipe, new Corpus(matched, hours, hash(matched))),
        child(),
        image(),
        none());
  }

  private String hash(ClipDataset part) {
    return files.hash() + " " + part.listHash();
  }

  @Override
  public List<Part> fractions() {
    return FRACTIONS.stream()
        .map(
            fraction -> {
              ClipDataset part = FractionSubset.first(fraction).of(child.videos());
              Corpus corpus = new Corpus(part, childHours.hours(part), hash(part));
              return new Part(
                  fraction == 1
                      ? child()
                      : Pretraining.of(
                          "child, " + 100 * fraction + "%", false, videoRecipe, corpus),
                  corpus.hours());
            })
        .toList();
  }

  @Override
  public List<String> actionTasks() {
    return Stream.of(ToyTask.TEMPLATES, ToyTask.SCENES).map(ToyTask::folder).toList();
  }

  @Override
  public FewShotSet actions(String task, int shots) {
    ToyTask toyTask = ToyTask.valueOf(task.toUpperCase(Locale.ROOT));
    return set(
        task,
        shots,
        videos(files.train(toyTask), toyTask),
        videos(files.test(toyTask), toyTask),
        FinetuningRecipes.TOY,
        FinetuningRecipes.TOY_IMAGE);
  }

  private FewShotSet set(
      String task,
      int shots,
      ClipDataset all,
      ClipDataset test,
      FinetuningRecipe video,
      FinetuningRecipe image) {
    ClipDataset train = FewShotSplit.first(shots).of(all);
    List<String> classes = all.classes();
    return new FewShotSet(
        task,
        shots,
        train,
        test,
        hash(train) + " " + test.listHash(),
        Optional.empty(),
        scaled(video, classes),
        scaled(image, classes),
        Map.of());
  }

  private FinetuningRecipe scaled(FinetuningRecipe recipe, List<String> classes) {
    return recipe
        .withModel(recipe.model().withClassNames(classes))
        .withSteps(scale.finetuningSteps());
  }

  private ClipDataset unlabelled(Path folder) {
    return VideoFolder.builder().setFolder(folder).optReader(reader).build();
  }

  private ClipDataset videos(Path folder, ToyTask task) {
    return VideoFolder.builder()
        .setFolder(folder)
        .optClassFolders(task.classes())
        .optReader(reader)
        .build();
  }

  @Override
  public List<Integer> shots() {
    return List.of(scale.fewShots(), scale.manyShots());
  }

  @Override
  public List<String> mappedClasses() {
    return MAPPED;
  }

  @Override
  public Map<String, String> reversals() {
    return Stream.of(Motion.values())
        .collect(Collectors.toMap(Motion::className, motion -> motion.reversed().className()));
  }

  @Override
  public Pretraining interpolating() {
    PretrainingRecipe recipe =
        PretrainingRecipes.TOY_INTERPOLATION.withSteps(scale.interpolationSteps());
    double ratio = recipe.maskRatio();
    return Pretraining.of("child, whole frames", false, recipe, child)
        .withMasking(
            new WeightedMixture(
                new Member(new RandomMasking(ratio), 1),
                new Member(new WholeFramesMasking(ratio), 3)));
  }

  @Override
  public Map<String, ClipDataset> unseen() {
    Map<String, ClipDataset> unseen = new LinkedHashMap<>();
    unseen.put("the child's home", unseenAtHome);
    unseen.put("other places", unlabelled(files.test(ToyTask.TEMPLATES)));
    return unseen;
  }

  @Override
  public FewShotSet objects() {
    FinetuningRecipe image = FinetuningRecipes.TOY_IMAGE;
    return set(
        ToyTask.OBJECTS.folder(),
        scale.manyShots(),
        pictures(files.train(ToyTask.OBJECTS)),
        pictures(files.test(ToyTask.OBJECTS)),
        FinetuningRecipes.TOY,
        image.withInput(image.clips().input().withSampling(new FrameSampling(1, 3, 30))));
  }

  private ClipDataset pictures(Path folder) {
    return ImageFolder.builder()
        .setFolder(folder)
        .optReader(reader)
        .optClassFolders(ToyTask.OBJECTS.classes())
        .build();
  }

  @Override
  public CategoryRule categories() {
    return CategoryRule.ofClasses(ToyTask.OBJECTS.classes());
  }

  @Override
  public Map<String, Distorted> distorted() {
    Map<String, Distorted> tasks = new LinkedHashMap<>();
    ClipDataset images = objects().test();
    Corruptions.suite()
        .forEach(
            (name, corruption) -> tasks.put(name, new Distorted(images, Optional.of(corruption))));
    return tasks;
  }

  @Override
  public void close() {
    reader.close();
  }
}
