package org.mae4j.examples.nursery;

import java.util.Locale;

/** The family of patterns on the wall behind the toys: the classes of the {@code scenes} task. */
public enum Room {
  VERTICAL_STRIPES {
    @Override
    double pattern(double u, double v, int cycles) {
      return band(u * cycles);
    }
  },
  HORIZONTAL_STRIPES {
    @Override
    double pattern(double u, double v, int cycles) {
      return band(v * cycles);
    }
  },
  RISING_STRIPES {
    @Override
    double pattern(double u, double v, int cycles) {
      return band((u + v) * (cycles - 1));
    }
  },
  FALLING_STRIPES {
    @Override
    double pattern(double u, double v, int cycles) {
      return band((u - v) * (cycles - 1));
    }
  },
  CHECKS {
    @Override
    double pattern(double u, double v, int cycles) {
      return band(u * cycles) == band(v * cycles) ? 1 : 0;
    }
  },
  DOTS {
    @Override
    double pattern(double u, double v, int cycles) {
      double x = fraction(u * cycles) - 0.5;
      double y = fraction(v * cycles) - 0.5;
      return x * x + y * y < 0.09 ? 1 : 0;
    }
  },
  GRID {
    @Override
    double pattern(double u, double v, int cycles) {
      return Math.min(fraction(u * cycles), fraction(v * cycles)) < 0.25 ? 1 : 0;
    }
  },
  SMOOTH_NOISE,
  FINE_NOISE,
  WAVES {
    @Override
    double pattern(double u, double v, int cycles) {
      return band(v * cycles + 0.35 * StrictMath.sin(2 * Math.PI * u * 2));
    }
  };

  /**
   * The pattern as a periodic function of a tile's coordinates in [0, 1): 0 is the first colour, 1
   * the second. The two families of noise are lattices of random values instead.
   */
  double pattern(double u, double v, int cycles) {
    throw new IllegalStateException(this + " is drawn from a lattice");
  }

  /** The name of the class, for folders and reports: {@code vertical-stripes}. */
  public String className() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double band(double cycles) {
    return fraction(cycles) < 0.5 ? 1 : 0;
  }

  private static double fraction(double x) {
    return x - Math.floor(x);
  }
}
