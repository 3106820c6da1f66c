package org.mae4j.examples.nursery;

import java.util.Locale;

/** The outline of a toy, inside the unit circle. */
public enum ToyShape {
  DISC {
    @Override
    boolean contains(double x, double y) {
      return x * x + y * y < 0.81;
    }
  },
  SQUARE {
    @Override
    boolean contains(double x, double y) {
      return Math.abs(x) < 0.75 && Math.abs(y) < 0.75;
    }
  },
  TRIANGLE {
    @Override
    boolean contains(double x, double y) {
      return y < 0.7 && y > -0.95 && Math.abs(x) < (y + 0.95) * 0.5;
    }
  },
  DIAMOND {
    @Override
    boolean contains(double x, double y) {
      return Math.abs(x) * 1.35 + Math.abs(y) < 1;
    }
  },
  CROSS {
    @Override
    boolean contains(double x, double y) {
      double ax = Math.abs(x);
      double ay = Math.abs(y);
      return Math.max(ax, ay) < 0.95 && Math.min(ax, ay) < 0.32;
    }
  },
  STAR {
    /** A pentagram is what lies on the inner side of at least four of its five lines. */
    @Override
    boolean contains(double x, double y) {
      int inside = 0;
      for (int k = 0; k < 5; k++) {
        inside += x * STAR_X[k] + y * STAR_Y[k] < 0.36 ? 1 : 0;
      }
      return inside >= 4 && x * x + y * y < 1;
    }
  },
  RING {
    @Override
    boolean contains(double x, double y) {
      double square = x * x + y * y;
      return square < 0.9 && square > 0.25;
    }
  },
  HEXAGON {
    @Override
    boolean contains(double x, double y) {
      return Math.abs(x) < 0.82 && Math.abs(x) * 0.5 + Math.abs(y) * 0.866 < 0.82;
    }
  },
  HEART {
    @Override
    boolean contains(double x, double y) {
      double ax = Math.abs(x) * 1.3;
      double up = 0.1 - y * 1.3;
      double square = ax * ax + up * up - 1;
      return square * square * square < ax * ax * up * up * up;
    }
  },
  CRESCENT {
    @Override
    boolean contains(double x, double y) {
      double right = x - 0.45;
      return x * x + y * y < 0.9 && right * right + y * y > 0.42;
    }
  };

  private static final double[] STAR_X = new double[5];
  private static final double[] STAR_Y = new double[5];

  static {
    for (int k = 0; k < 5; k++) {
      STAR_X[k] = StrictMath.sin(2 * Math.PI * k / 5);
      STAR_Y[k] = StrictMath.cos(2 * Math.PI * k / 5);
    }
  }

  /** Whether a point is on the toy; x to the right and y down, in units of the toy's radius. */
  abstract boolean contains(double x, double y);

  /** The name for lists and reports: {@code star}. */
  public String className() {
    return name().toLowerCase(Locale.ROOT);
  }
}
