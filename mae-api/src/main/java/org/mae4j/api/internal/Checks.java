package org.mae4j.api.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Locale;

/** Argument checks whose message names the value and what was allowed. */
public final class Checks {

  private Checks() {}

  /** Returns {@code value} if it is at least {@code minimum}. */
  public static int atLeast(int minimum, int value, String name) {
    return (int) atLeast(minimum, (long) value, name);
  }

  /** Returns {@code value} if it is at least {@code minimum}. */
  public static long atLeast(long minimum, long value, String name) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          name + " must be at least " + minimum + ", but was " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is above 0; it may be infinite. */
  public static double positive(double value, String name) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + " must be positive, but was " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is above 0 and finite. */
  public static double positiveFinite(double value, String name) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be positive and finite, but was " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is at least 0; it may be infinite. */
  public static double notNegative(double value, String name) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " must not be negative, but was " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is at least 0 and finite. */
  public static double notNegativeFinite(double value, String name) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, but was " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is in [{@code minimum}, {@code below}). */
  public static double inRange(double minimum, double value, double below, String name) {
    if (!(value >= minimum && value < below)) {
      throw new IllegalArgumentException(
          name + " must be in [" + minimum + ", " + below + "), but was " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is in [0, 1]. */
  public static double share(double value, String name) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], but was " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is in (0, 1). */
  public static double openShare(double value, String name) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be in (0, 1), but was " + value);
    }
    return value;
  }

  /** Checks what PyTorch would report from within; {@code name} is a plural. */
  public static void float32(NDArray array, String name) {
    require(
        array.getDataType() == DataType.FLOAT32,
        "%s must be float32, but are %s",
        name,
        array.getDataType());
  }

  /**
   * Checks anything else.
   *
   * @param message a {@link String#format} of what was allowed and what was found
   */
  @SuppressWarnings("AnnotateFormatMethod") // without ErrorProne's annotations on the class path
  public static void require(boolean allowed, String message, Object... values) {
    if (!allowed) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
    }
  }
}
