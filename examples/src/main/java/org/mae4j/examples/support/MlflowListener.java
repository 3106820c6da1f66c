package org.mae4j.examples.support;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.TrainingRecipe;

/** Tells an MLflow server how a run goes that was created there; {@code run} is its run_id. */
public record MlflowListener(URI server, String run) implements TrainingListener {

  @Override
  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
    Map<String, JsonElement> fields =
        JsonParser.parseString(recipe.toJson()).getAsJsonObject().asMap();
    fields.remove("origin"); // these two may be longer than MLflow takes
    fields.remove("model");
    fields.forEach((name, value) -> log("log-parameter", name, value.toString(), 0));
    post("update", Map.of("run_id", run, "status", "RUNNING"));
  }

  @Override
  public void onStep(StepMetrics metrics) {
    if (metrics.step() % 10 == 0) { // the training waits for each request
      log("log-metric", "loss", metrics.loss(), metrics.step());
    }
  }

  @Override
  public void onValidation(ValidationMetrics metrics) {
    metrics.values().forEach((name, value) -> log("log-metric", name, value, metrics.step()));
  }

  @Override
  public void onEnd(TrainingOutcome outcome) {
    update(outcome == TrainingOutcome.STOPPED_ON_REQUEST ? "KILLED" : "FINISHED");
  }

  @Override
  public void onFailure(RuntimeException failure) {
    update("FAILED");
  }

  private void update(String status) {
    long now = System.currentTimeMillis();
    post("update", Map.of("run_id", run, "status", status, "end_time", now));
  }

  private void log(String what, String key, Object value, long step) {
    long now = System.currentTimeMillis();
    post(what, Map.of("run_id", run, "key", key, "value", value, "step", step, "timestamp", now));
  }

  private void post(String what, Map<String, ?> body) {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve("/api/2.0/mlflow/runs/" + what))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(new Gson().toJson(body)))
            .build();
    var answer = HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()).join();
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("MLflow says of " + what + ": " + answer.body());
    }
  }
}
