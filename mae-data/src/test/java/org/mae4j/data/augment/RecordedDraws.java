package org.mae4j.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayDeque;
import java.util.Deque;

/** Hands out the draws that the reference made, and checks that they are asked for alike. */
final class RecordedDraws implements CropDraws {

  private static final double TOLERANCE = 1e-12;

  private final Deque<JsonArray> draws = new ArrayDeque<>();

  RecordedDraws(JsonArray recorded, boolean drawsAspect) {
    for (int i = 0; i < recorded.size(); i++) {
      // After each aspect ratio the reference draws a number that it does not use.
      boolean unused = drawsAspect && i % 3 == 2 && followsAspect(recorded, i);
      if (!unused) {
        draws.add(recorded.get(i).getAsJsonArray());
      }
    }
  }

  private static boolean followsAspect(JsonArray recorded, int i) {
    return name(recorded.get(i - 1)).equals("random.uniform");
  }

  private static String name(JsonElement draw) {
    return draw.getAsJsonArray().get(0).getAsString();
  }

  @Override
  public double between(double low, double high) {
    JsonArray draw = next("uniform", 2);
    assertThat(argument(draw, 0)).isCloseTo(low, within());
    assertThat(argument(draw, 1)).isCloseTo(high, within());
    return draw.get(2).getAsDouble();
  }

  @Override
  public int integer(int low, int high) {
    JsonArray draw = next("randint", 2);
    boolean exclusive = draw.get(0).getAsString().startsWith("np.");
    assertThat(argument(draw, 0)).isEqualTo(low);
    assertThat(argument(draw, 1)).isEqualTo(exclusive ? high + 1 : high);
    return draw.get(2).getAsInt();
  }

  @Override
  public boolean chance(double probability) {
    return next("uniform", 0).get(2).getAsDouble() < probability;
  }

  void assertAllUsed() {
    assertThat(draws).isEmpty();
  }

  private JsonArray next(String function, int arguments) {
    JsonArray draw = draws.remove();
    assertThat(draw.get(0).getAsString()).endsWith(function);
    assertThat(draw.get(1).getAsJsonArray()).hasSize(arguments);
    return draw;
  }

  private static double argument(JsonArray draw, int i) {
    return draw.get(1).getAsJsonArray().get(i).getAsDouble();
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(TOLERANCE);
  }
}
