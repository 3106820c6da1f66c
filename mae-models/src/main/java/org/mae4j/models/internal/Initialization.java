package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.torch.TorchArrays;

/**
 * Starting values, drawn in plain Java from a seed and the parameter's name, so that they are the
 * same on every device and whatever else the model has.
 */
public final class Initialization {

  private static final double SIN_COS_AMPLITUDE = 0.7;

  private final long seed;

  /** Used again and again: direct memory is given back late, and all weights are gigabytes. */
  private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

  public Initialization(long seed) {
    this.seed = seed;
  }

  /** Uniform in +-sqrt(6 / (fan in + fan out)), for a weight of shape (out, in...). */
  Initializer xavierUniform(String name) {
    return filled(
        name,
        (random, shape) -> {
          double out = shape.get(0);
          double in = shape.size() / out;
          double bound = Math.sqrt(6 / (in + out));
          return () -> random.nextDouble(-bound, bound);
        });
  }

  /** Normal with mean 0. */
  Initializer normal(String name, double deviation) {
    return filled(name, (random, shape) -> () -> random.nextGaussian() * deviation);
  }

  private Initializer filled(String name, Distribution distribution) {
    return (manager, shape, type) -> {
      DoubleSupplier next = distribution.over(Seeds.generator(seed, name.hashCode()), shape);
      return create(manager, shape, index -> next.getAsDouble(), scratch(shape));
    };
  }

  private ByteBuffer scratch(Shape shape) {
    int bytes = Math.multiplyExact(Math.toIntExact(shape.size()), Float.BYTES);
    if (scratch.capacity() < bytes) {
      scratch = ByteBuffer.allocateDirect(bytes);
    }
    return scratch;
  }

  /**
   * (1, rows x columns, D): sines and cosines of the row in one half of D, the column in the other.
   */
  static Initializer spatialSinCos(TokenGrid grid) {
    return table((position, d, width) -> spatial(grid, position, d, width));
  }

  /** (1, time, D): sines and cosines of the temporal slot. */
  static Initializer temporalSinCos() {
    return table(Initialization::sinCos);
  }

  /** (1, L, D), or (1, 1+L, D) with a class token, whose row is 0: the sum of the two above. */
  static Initializer jointSinCos(TokenGrid grid, boolean classToken) {
    return table(
        (position, d, width) -> {
          int token = classToken ? position - 1 : position;
          return token < 0
              ? 0
              : spatial(grid, token % grid.tokensPerSlot(), d, width)
                  + sinCos(grid.slot(token), d, width);
        });
  }

  /**
   * (1, L, D), or (1, 1+L, D) with a class token, whose row is 0: sines and cosines of amplitude 1
   * of the column in one half of D, of the row in the other, as the image masked autoencoder has.
   */
  public static Initializer imageSinCos(TokenGrid grid, boolean classToken) {
    return table(
        (position, d, width) -> {
          int token = classToken ? position - 1 : position;
          int half = width / 2;
          if (token < 0) {
            return 0;
          }
          double value =
              d < half
                  ? sinCos(token % grid.columns(), d, half)
                  : sinCos(token / grid.columns(), d - half, half);
          return value / SIN_COS_AMPLITUDE;
        });
  }

  private static double spatial(TokenGrid grid, int position, int d, int width) {
    int half = width / 2;
    return d < half
        ? sinCos(position / grid.columns(), d, half)
        : sinCos(position % grid.columns(), d - half, width - half);
  }

  private static Initializer table(TableEntry entry) {
    return (manager, shape, type) -> {
      int width = (int) shape.get(2);
      ByteBuffer buffer = ByteBuffer.allocateDirect((int) shape.size() * Float.BYTES);
      return create(manager, shape, i -> entry.value(i / width, i % width, width), buffer);
    };
  }

  /** Sines in the first half of the width, cosines in the second; wavelengths 2 pi to 20000 pi. */
  private static double sinCos(int position, int d, int width) {
    int half = Math.max(1, width / 2);
    double angle = position / Math.pow(10_000, (double) (d % half) / half);
    return SIN_COS_AMPLITUDE * (d < half ? Math.sin(angle) : Math.cos(angle));
  }

  private static NDArray create(
      NDManager manager, Shape shape, IntToDoubleFunction value, ByteBuffer buffer) {
    int size = Math.toIntExact(shape.size());
    buffer.clear().order(ByteOrder.nativeOrder());
    for (int i = 0; i < size; i++) {
      buffer.putFloat((float) value.applyAsDouble(i));
    }
    return TorchArrays.copyOf(manager, buffer.flip(), shape, DataType.FLOAT32);
  }

  private interface Distribution {
    DoubleSupplier over(RandomGenerator random, Shape shape);
  }

  private interface TableEntry {
    double value(int position, int d, int width);
  }
}
