package org.mae4j.examples.paper;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mae4j.data.corruption.Corruption;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.eval.recognition.CategoryRule;

/** What the five results are measured on. */
public interface Study extends AutoCloseable {

  /** Names the data for readers: {@code toy nursery}. */
  String name();

  /** Identifies all of the data that was opened. */
  String hash();

  /** What else decides the models, by what it is: recipes and how many steps. */
  Map<String, String> settings();

  /** Threads of a model: one for small models, which are trained side by side instead. */
  int threads();

  /** What a reader must know before any number, a sentence with a blank before it; or nothing. */
  default String caution() {
    return "";
  }

  /** Notes for readers on what stands for what. */
  List<String> notes();

  /** The video model pretrained on what one child saw. */
  Pretraining child();

  /** The image model pretrained on the same frames. */
  Pretraining image();

  /** The control. */
  Pretraining none();

  /** Those that Result 1 compares, in the figure's order; child, image and control among them. */
  List<Pretraining> compared();

  /** Result 3's: the child's corpus and ever smaller parts of it, the whole first. */
  List<Part> fractions();

  /** The action tasks, in the figures' order. */
  List<String> actionTasks();

  /** An action task with few or with more examples. */
  FewShotSet actions(String task, int shots);

  /** Examples per class, ascending. */
  List<Integer> shots();

  /** The classes of the first action task that Result 2 maps: names of that task. */
  List<String> mappedClasses();

  /** Groups of classes of the first action task that differ in the direction of time alone. */
  Map<String, String> reversals();

  /** The video model that Result 4 judges. */
  Pretraining interpolating();

  /** Videos that no model was pretrained on, by what they are, for Result 4. */
  Map<String, ClipDataset> unseen();

  /** Result 5's task: objects in still pictures. */
  FewShotSet objects();

  /** How Result 5 decides for a category of its distorted pictures. */
  CategoryRule categories();

  /** Result 5's distorted pictures, by task. */
  Map<String, Distorted> distorted();

  @Override
  default void close() {}

  /**
   * A model of a part of the child's corpus.
   *
   * @param pretraining on that part, by us or by others
   * @param hours how long its videos are together
   */
  record Part(Pretraining pretraining, double hours) {}

  /**
   * Pictures of a task out of distribution.
   *
   * @param images labelled with the categories that are decided for
   * @param distortion what is done to each before it is cropped; nothing where the files are
   *     distorted already
   */
  record Distorted(ClipDataset images, Optional<Corruption> distortion) {}
}
