package org.mae4j.examples.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.PretrainingRecipes;

/** What arrives at a server by the listener that docs/training.md shows. */
class MlflowListenerTest {

  private static final Path SOURCE =
      Path.of("src/main/java/org/mae4j/examples/support/MlflowListener.java");
  private static final Path PAGE = Path.of("../docs/training.md");
  private static final String API = "/api/2.0/mlflow/runs/";

  /** A request: its last name, and its body. */
  private record Told(String what, JsonObject body) {}

  private final List<Told> told = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private MlflowListener listener;
  private volatile int status = 200;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(API, this::answer);
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    listener = new MlflowListener(uri, "run-7");
  }

  /** As MLflow does, takes nothing that does not say that it is JSON. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      boolean json =
          "application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
      told.add(
          new Told(
              exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(),
              JsonParser.parseString(body).getAsJsonObject()));
      byte[] answer = "{\"message\": \"no such run\"}".getBytes(UTF_8);
      exchange.sendResponseHeaders(json ? status : 400, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void thePageShowsIt() throws IOException {
    assertThat(PAGE).content().contains("```java\n" + Files.readString(SOURCE) + "```\n");
  }

  @Test
  void tellsTheRecipeAndThatItRuns() {
    listener.onStart(PretrainingRecipes.TOY.withMaskRatio(0.9), 0);

    assertThat(told)
        .filteredOn(it -> it.what.equals("POST " + API + "log-parameter"))
        .extracting(
            it -> it.body.get("key").getAsString() + "=" + it.body.get("value").getAsString())
        .contains("maskRatio=0.9", "batchesPerStep=1")
        .noneMatch(it -> it.startsWith("origin=") || it.startsWith("model="));
    Told last = told.get(told.size() - 1);
    assertThat(last.what).isEqualTo("POST " + API + "update");
    assertThat(last.body.get("status").getAsString()).isEqualTo("RUNNING");
    assertThat(told).allMatch(it -> it.body.get("run_id").getAsString().equals("run-7"));
  }

  @Test
  void tellsEveryTenthLossAndEachValidation() {
    for (int step = 1; step <= 20; step++) {
      listener.onStep(new StepMetrics(step, 0.5, step / 4.0, 0.3, 1e-3, 64, 0.125));
    }
    listener.onValidation(new ValidationMetrics(20, 1, Map.of("top1", 0.5)));

    assertThat(told)
        .allMatch(it -> it.what.equals("POST " + API + "log-metric"))
        .allMatch(it -> it.body.get("timestamp").getAsLong() > 1_600_000_000_000L)
        .extracting(
            it ->
                it.body.get("key").getAsString()
                    + " "
                    + it.body.get("value").getAsDouble()
                    + " "
                    + it.body.get("step").getAsLong())
        .containsExactly("loss 2.5 10", "loss 5.0 20", "top1 0.5 20");
  }

  @Test
  void tellsHowItEnds() {
    listener.onEnd(TrainingOutcome.FINISHED);
    listener.onEnd(TrainingOutcome.STOPPED_EARLY);
    listener.onEnd(TrainingOutcome.STOPPED_ON_REQUEST);
    listener.onFailure(new IllegalStateException("no more"));

    assertThat(told)
        .allMatch(it -> it.body.has("end_time"))
        .extracting(it -> it.body.get("status").getAsString())
        .containsExactly("FINISHED", "FINISHED", "KILLED", "FAILED");
  }

  @Test
  void saysWhatTheServerSays() {
    status = 404;

    assertThatThrownBy(() -> listener.onEnd(TrainingOutcome.FINISHED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("MLflow says of update: {\"message\": \"no such run\"}");
  }
}
