package org.mae4j.examples.paper;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.mae4j.api.FewShotReport;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.eval.embedding.ClipFeatures;
import org.mae4j.eval.embedding.Silhouette;
import org.mae4j.eval.embedding.TSne;
import org.mae4j.eval.embedding.TSne.Embedded;
import org.mae4j.eval.embedding.Trustworthiness;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.EmbeddingPanels;
import org.mae4j.eval.report.GroupedBars;
import org.mae4j.eval.report.GroupedBars.Bar;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.VitClassifier;
import org.mae4j.train.recipe.FinetuningRecipe;
import picocli.CommandLine.Command;

/** Result 2: how the features of some actions come apart with a few examples of each. */
@Command(
    name = "Result2DevelopmentalActions",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Maps the features of some actions before and after finetuning.")
public final class Result2DevelopmentalActions
    extends ResultProgram<Result2DevelopmentalActions.Numbers> {

  private static final int MAPPED_PER_CLASS = 60;
  private static final int NEIGHBOURS = 12;
  private static final int SHOWN_CLASSES = 3;

  /** Where the names of classes begin to overlap. */
  private static final int MOST_BARS = 40;

  /** A gain in mean silhouette that can be seen on a map. */
  private static final double APART = 0.05;

  /**
   * What it finds.
   *
   * @param features of each model, with the first seed: the control, then more examples per class
   * @param mapped accuracy on the mapped classes, for each number of examples
   * @param others accuracy on all other classes; none where all are mapped
   * @param classAccuracies of all classes at the most examples, best first, mean over the seeds
   */
  public record Numbers(
      List<Features> features,
      List<Accuracy> mapped,
      List<Accuracy> others,
      List<ClassAccuracy> classAccuracies) {}

  /**
   * The features of the mapped classes' test clips.
   *
   * @param model says what learnt them
   * @param silhouette mean silhouette of the features with the classes as clusters, in [-1, 1]
   * @param silhouetteOfMap the same on the map
   * @param trustworthiness how far neighbours on the map are neighbours among the features, in [0,
   *     1]
   * @param divergence what t-SNE minimised, in nats
   * @param map (n, 2)
   * @param labels n indices into the mapped classes
   */
  public record Features(
      String model,
      double silhouette,
      double silhouetteOfMap,
      double trustworthiness,
      double divergence,
      List<List<Double>> map,
      List<Integer> labels) {}

  /** The accuracy on one class, mean over the seeds. */
  public record ClassAccuracy(String name, boolean mapped, double top1, double top5) {}

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Result2DevelopmentalActions(), arguments));
  }

  @Override
  public String name() {
    return "result2";
  }

  @Override
  public String question() {
    return "Do the features of everyday actions come apart, before and after a few examples?";
  }

  private static List<FewShotSet> sets(Study study) {
    String task = study.actionTasks().get(0);
    return study.shots().stream().map(shots -> study.actions(task, shots)).toList();
  }

  @Override
  public List<ModelKey> models(Study study, List<Long> seeds) {
    List<ModelKey> models = new ArrayList<>();
    for (long seed : seeds) {
      sets(study).forEach(set -> models.add(ModelKey.finetuned(study.child(), set, seed)));
    }
    return models;
  }

  @Override
  public Numbers measure(Study study, ExperimentModels experiment, List<Long> seeds) {
    List<FewShotSet> sets = sets(study);
    long first = seeds.get(0);
    List<Features> features = new ArrayList<>();
    try (ScopedModel<VitClassifier> untrained =
        experiment.encoder(study.none(), sets.get(0), first)) {
      features.add(features(experiment, "untrained", untrained.model(), study, sets.get(0)));
    }
    try (ScopedModel<VitClassifier> pretrained =
        experiment.encoder(study.child(), sets.get(0), first)) {
      features.add(features(experiment, "0-shot", pretrained.model(), study, sets.get(0)));
    }
    for (FewShotSet set : sets) {
      try (ScopedModel<VitClassifier> classifier =
          experiment.classifier(study.child(), set, first)) {
        features.add(features(experiment, set.shots() + "-shot", classifier.model(), study, set));
      }
    }
    List<String> mappedNames = study.mappedClasses();
    List<String> otherNames = new ArrayList<>(sets.get(0).classes());
    otherNames.removeAll(mappedNames);
    List<Accuracy> mapped = new ArrayList<>();
    List<Accuracy> others = new ArrayList<>();
    List<FewShotReport> last = List.of();
    for (FewShotSet set : sets) {
      last = experiment.judged(List.of(study.child()), set, seeds).get(0);
      mapped.add(accuracy(study.child(), set, last, mappedNames));
      if (!otherNames.isEmpty()) {
        others.add(accuracy(study.child(), set, last, otherNames));
      }
    }
    return new Numbers(features, mapped, others, classAccuracies(last, mappedNames));
  }

  private static Accuracy accuracy(
      Pretraining pretraining, FewShotSet set, List<FewShotReport> runs, List<String> classes) {
    return Accuracy.of(
        pretraining.name(), set, runs.stream().map(run -> run.ofClasses(classes)).toList());
  }

  private static List<ClassAccuracy> classAccuracies(
      List<FewShotReport> runs, List<String> mapped) {
    List<String> classes = runs.get(0).classes();
    return IntStream.range(0, classes.size())
        .filter(c -> !Double.isNaN(runs.get(0).classAccuracies().get(c)))
        .mapToObj(classes::get)
        .map(name -> classAccuracy(name, mapped.contains(name), runs))
        .sorted(Comparator.comparingDouble(ClassAccuracy::top1).reversed())
        .toList();
  }

  private static ClassAccuracy classAccuracy(
      String name, boolean mapped, List<FewShotReport> runs) {
    List<FewShotReport> ofClass = runs.stream().map(run -> run.ofClasses(List.of(name))).toList();
    return new ClassAccuracy(
        name,
        mapped,
        ofClass.stream().mapToDouble(FewShotReport::accuracy).average().orElseThrow(),
        ofClass.stream().mapToDouble(run -> run.accuracyWithin(5)).average().orElseThrow());
  }

  private static Features features(
      ExperimentModels experiment, String name, VitClassifier model, Study study, FewShotSet set) {
    List<String> classes = study.mappedClasses();
    FinetuningRecipe recipe = set.video();
    try (VideoBatches clips =
        VideoBatches.evaluation(mapped(set.test(), classes), recipe.clips().input())) {
      ClipFeatures features = ClipFeatures.of(model, recipe.model().pooling(), clips);
      experiment.noteBroken(clips);
      int[] labels =
          Arrays.stream(features.labels())
              .map(label -> classes.indexOf(set.classes().get(label)))
              .toArray();
      Embedded map = TSne.builder().build().map(features.points());
      return new Features(
          name,
          Silhouette.of(features.points(), labels).mean(),
          Silhouette.of(map.points(), labels).mean(),
          Trustworthiness.of(
              features.points(), map.points(), Math.min(NEIGHBOURS, labels.length / 2 - 1)),
          map.divergence(),
          Arrays.stream(map.points()).map(point -> List.of(point[0], point[1])).toList(),
          Arrays.stream(labels).boxed().toList());
    }
  }

  /** The first clips of each of these classes. */
  private static ClipDataset mapped(ClipDataset test, List<String> classes) {
    Set<Integer> labels = new HashSet<>();
    classes.forEach(name -> labels.add(test.classes().indexOf(name)));
    List<int[]> members = test.indicesByClass();
    return test.subset(
        labels.stream()
            .sorted()
            .flatMapToInt(label -> Arrays.stream(members.get(label)).limit(MAPPED_PER_CLASS))
            .sorted()
            .toArray());
  }

  @Override
  public ResultPage page(
      Study study, ExperimentModels experiment, long firstSeed, Numbers numbers) {
    ResultPage page =
        new ResultPage("Result 2: developmentally realistic actions", finding(numbers));
    EmbeddingPanels panels = new EmbeddingPanels(study.mappedClasses());
    for (Features features : numbers.features()) {
      panels.add(
          features.model(),
          String.format(Locale.ROOT, "silhouette %.2f", features.silhouette()),
          features.map().stream()
              .map(p -> new double[] {p.get(0), p.get(1)})
              .toArray(double[][]::new),
          features.labels().stream().mapToInt(Integer::intValue).toArray());
    }
    List<Block> blocks = new ArrayList<>();
    page.figure(
            "maps",
            panels.draw(),
            "Maps of the features of test clips by class",
            "t-SNE of the features of test clips (of the first seed's models): what the head sees,"
                + " before finetuning and after it with more and more examples per class. Axes have"
                + " no meaning; the silhouette is that of the features themselves.")
        .map(page::cover)
        .ifPresent(blocks::add);
    blocks.add(
        new Table(
            "",
            List.of(
                "features", "silhouette", "of the map", "trustworthiness of the map", "KL (nats)"),
            numbers.features().stream()
                .map(
                    features ->
                        List.of(
                            features.model(),
                            number(features.silhouette()),
                            number(features.silhouetteOfMap()),
                            number(features.trustworthiness()),
                            number(features.divergence())))
                .toList()));
    page.add(new Section("Features", blocks));
    page.add(classes(page, numbers));
    Features last = numbers.features().get(numbers.features().size() - 1);
    page.add(
        new KeyFigure(
            "silhouette, " + last.model(),
            number(last.silhouette()),
            "untrained: " + number(numbers.features().get(0).silhouette())));
    return page;
  }

  private static Section classes(ResultPage page, Numbers numbers) {
    List<ClassAccuracy> classes = numbers.classAccuracies();
    List<ClassAccuracy> shown = new ArrayList<>(classes);
    if (shown.size() > MOST_BARS) {
      shown.subList(MOST_BARS / 2, shown.size() - MOST_BARS / 2).clear();
    }
    String which = shown.size() < classes.size() ? "the best and the worst classes" : "each class";
    List<Block> blocks = new ArrayList<>();
    GroupedBars bars =
        GroupedBars.builder()
            .setAxis("top-1 accuracy (%)")
            .setGroups(shown.stream().map(ClassAccuracy::name).toList())
            .addSeries("mapped", only(shown, true))
            .addSeries("other", only(shown, false))
            .build();
    page.figure(
            "classes",
            bars.draw(),
            "Top-1 accuracy of " + which + ", best first",
            "Top-1 accuracy of " + which + " with the most examples, best first.")
        .map(page::cover)
        .ifPresent(blocks::add);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < numbers.mapped().size(); i++) {
      Accuracy mapped = numbers.mapped().get(i);
      rows.add(
          List.of(
              mapped.shots() + "-shot",
              mapped.textWithTop5(),
              numbers.others().isEmpty() ? "" : numbers.others().get(i).textWithTop5()));
    }
    blocks.add(
        new Table(
            "Top-1 with its 95% interval, and top-5, in percent; the classifier chooses among all",
            List.of("examples per class", "mapped classes", "other classes"), rows));
    blocks.add(
        new Details(
            "each class with the most examples",
            List.of(
                new Table(
                    "",
                    List.of("class", "mapped", "top-1 (%)", "top-5 (%)"),
                    classes.stream()
                        .map(
                            c ->
                                List.of(
                                    c.name(),
                                    c.mapped() ? "yes" : "",
                                    percent(c.top1()),
                                    percent(c.top5())))
                        .toList()))));
    blocks.add(
        new Paragraph(
            "The paper reports top-5 for model S on SSV2, 50-shot: 56% on its ten classes, 64% on"
                + " the others (chance 3%); the best single classes 97, 90, 88, 88, 87, 83, 81%."));
    return new Section("Accuracy by class", blocks);
  }

  private static List<Bar> only(List<ClassAccuracy> classes, boolean mapped) {
    return classes.stream()
        .map(accuracy -> accuracy.mapped() == mapped ? Bar.of(100 * accuracy.top1()) : Bar.NONE)
        .toList();
  }

  private static String finding(Numbers numbers) {
    List<Features> features = numbers.features();
    List<String> silhouettes =
        features.stream()
            .map(f -> String.format(Locale.ROOT, "%.2f %s", f.silhouette(), f.model()))
            .toList();
    List<ClassAccuracy> classes = numbers.classAccuracies();
    return String.format(
        Locale.ROOT,
        "Mean silhouette of the classes: %s, so finetuning %s. Best at the most examples: %s;"
            + " worst: %s.",
        String.join(", ", silhouettes),
        features.get(features.size() - 1).silhouette() - features.get(1).silhouette() > APART
            ? "moves the features of the classes apart"
            : "hardly moves the features, and the head alone tells the classes apart",
        names(classes.subList(0, Math.min(SHOWN_CLASSES, classes.size()))),
        names(classes.subList(Math.max(0, classes.size() - SHOWN_CLASSES), classes.size())));
  }

  private static String names(List<ClassAccuracy> classes) {
    return String.join(
        ", ",
        classes.stream()
            .map(c -> String.format(Locale.ROOT, "%s %.0f%%", c.name(), 100 * c.top1()))
            .toList());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
