package org.mae4j.train.ranks.internal;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.train.recipe.RecipeDifference;

/** What must be the same on all ranks. */
final class Alike {

  /** Its value is JSON, and compared field by field. */
  private static final String RECIPE = "recipe";

  private static final Gson GSON = new Gson();

  private Alike() {}

  static String toText(Map<String, String> facts) {
    return GSON.toJson(new LinkedHashMap<>(facts));
  }

  /**
   * Refuses what differs from the first rank's.
   *
   * @param texts by rank
   * @throws IllegalArgumentException naming the first thing that differs, and both values
   */
  static void require(List<String> texts) {
    TypeToken<Map<String, String>> type = new TypeToken<>() {};
    Map<String, String> first = GSON.fromJson(texts.get(0), type);
    for (int rank = 1; rank < texts.size(); rank++) {
      Map<String, String> other = GSON.fromJson(texts.get(rank), type);
      for (Map.Entry<String, String> fact : first.entrySet()) {
        String name = fact.getKey();
        String value = other.get(name);
        if (name.equals(RECIPE) && value != null) {
          for (RecipeDifference field : RecipeDifference.between(fact.getValue(), 0, value, 0)) {
            differs(RECIPE + " (" + field.field() + ")", field.saved(), rank, field.wanted());
          }
        } else if (!fact.getValue().equals(value)) {
          differs(name, fact.getValue(), rank, value);
        }
      }
    }
  }

  private static void differs(String name, String ofFirst, int rank, String ofOther) {
    Checks.require(
        false,
        "all ranks must have the same %s, but rank 0 has %s and rank %s has %s",
        name,
        Text.shown(ofFirst),
        rank,
        Text.shown(ofOther));
  }
}
