package org.mae4j.examples.nursery;

import java.util.Locale;

/**
 * What happens in a clip: the classes of the {@code templates} task, in six pairs. One member of a
 * pair is the exact time reversal of the other, so that single frames do not tell them apart.
 */
public enum Motion {
  SLIDE_RIGHT,
  SLIDE_LEFT,
  SLIDE_DOWN,
  SLIDE_UP,
  GROW,
  SHRINK,
  SPIN_CLOCKWISE,
  SPIN_COUNTERCLOCKWISE,
  EMERGE,
  HIDE,
  PART,
  MEET;

  /** The other member of the pair. */
  public Motion reversed() {
    return switch (this) {
      case SLIDE_RIGHT -> SLIDE_LEFT;
      case SLIDE_LEFT -> SLIDE_RIGHT;
      case SLIDE_DOWN -> SLIDE_UP;
      case SLIDE_UP -> SLIDE_DOWN;
      case GROW -> SHRINK;
      case SHRINK -> GROW;
      case SPIN_CLOCKWISE -> SPIN_COUNTERCLOCKWISE;
      case SPIN_COUNTERCLOCKWISE -> SPIN_CLOCKWISE;
      case EMERGE -> HIDE;
      case HIDE -> EMERGE;
      case PART -> MEET;
      case MEET -> PART;
    };
  }

  /** Whether it is rendered as its partner backwards in time. */
  boolean backwards() {
    return switch (this) {
      case SLIDE_RIGHT, SLIDE_DOWN, GROW, SPIN_CLOCKWISE, EMERGE, PART -> false;
      case SLIDE_LEFT, SLIDE_UP, SHRINK, SPIN_COUNTERCLOCKWISE, HIDE, MEET -> true;
    };
  }

  /** Whether there is one toy and nothing that hides it. */
  boolean showsOneToyAlone() {
    return switch (this) {
      case EMERGE, HIDE, PART, MEET -> false;
      default -> true;
    };
  }

  /** The name of the class, for folders and reports: {@code slide-right}. */
  public String className() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
