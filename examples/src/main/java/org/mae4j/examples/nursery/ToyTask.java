package org.mae4j.examples.nursery;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The labelled tasks of a nursery. */
public enum ToyTask {
  /**
   * What happens: 12 motions in 6 pairs that are each other's time reversal. Its files have key
   * frames only, so that what an encoder does to a frame does not betray which frame came before
   * it. Every clip shows a scene of its own; no clip's reversal is in the task.
   */
  TEMPLATES,

  /** Where it happens: 10 families of rooms, visible in every frame. */
  SCENES,

  /**
   * What is there: 10 shapes of toys, each in an image of its own. A nursery has these only if
   * asked for.
   */
  OBJECTS;

  private static final List<Motion> MOTIONS =
      Arrays.stream(Motion.values()).sorted(Comparator.comparing(Motion::className)).toList();

  private static final List<Room> ROOMS =
      Arrays.stream(Room.values()).sorted(Comparator.comparing(Room::className)).toList();

  private static final List<ToyShape> SHAPES =
      Arrays.stream(ToyShape.values()).sorted(Comparator.comparing(ToyShape::className)).toList();

  /** The C class names in the order of the labels, which is alphabetical. */
  public List<String> classes() {
    return switch (this) {
      case TEMPLATES -> MOTIONS.stream().map(Motion::className).toList();
      case SCENES -> ROOMS.stream().map(Room::className).toList();
      case OBJECTS -> SHAPES.stream().map(ToyShape::className).toList();
    };
  }

  /** Whether its examples are images, and not videos. */
  public boolean isOfImages() {
    return this == OBJECTS;
  }

  /** The motion of a class, where motions are the classes. */
  Optional<Motion> motion(int label) {
    return this == TEMPLATES ? Optional.of(MOTIONS.get(label)) : Optional.empty();
  }

  /** The room of a class, where rooms are the classes. */
  Optional<Room> room(int label) {
    return this == SCENES ? Optional.of(ROOMS.get(label)) : Optional.empty();
  }

  /** The shape of a class, where shapes are the classes. */
  Optional<ToyShape> shape(int label) {
    return this == OBJECTS ? Optional.of(SHAPES.get(label)) : Optional.empty();
  }

  /** The task's folder in a nursery: {@code templates}. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kinds of files it is stored in, if these are videos. */
  List<FileKind> fileKinds() {
    return Arrays.stream(FileKind.values())
        .filter(kind -> this != TEMPLATES || kind.codec().keyFramesOnly())
        .toList();
  }
}
