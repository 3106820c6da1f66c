package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mae4j.models.weights.Safetensors;

/**
 * Inputs and outputs of the paper's own code (eminorhan/optimized-stmae, PyTorch 1.13.1, CPU,
 * float32) at tiny sizes.
 */
public final class Golden {

  private final Path folder;

  private Golden(Path folder) {
    this.folder = folder;
  }

  public static Golden of(String name) {
    URL url = Golden.class.getResource("/goldens/" + name);
    assertThat(url).as("golden " + name).isNotNull();
    try {
      return new Golden(Path.of(url.toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  public Safetensors tensors(String name) {
    return Safetensors.open(file(name + ".safetensors"));
  }

  public NDArray tensor(String file, String name, NDManager manager) {
    return tensors(file).read(name, manager);
  }

  public JsonElement json(String name) {
    try {
      return JsonParser.parseString(Files.readString(file(name + ".json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The largest absolute difference of two arrays of one shape. */
  public static double distance(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    return actual.sub(expected).abs().max().getFloat();
  }

  public static double largest(NDArray array) {
    return array.abs().max().getFloat();
  }
}
