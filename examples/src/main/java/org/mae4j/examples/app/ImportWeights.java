package org.mae4j.examples.app;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.Models;
import org.mae4j.models.Vit;
import org.mae4j.models.VitModelConfig;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.internal.CardFile;
import org.mae4j.train.internal.ModelCard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From a checkpoint of others, PyTorch's or safetensors, to a model file that says what its model
 * is and how it looks at a video, as all other programs need it.
 */
@Command(
    name = "ImportWeights",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Makes a model file of somebody else's checkpoint.")
public final class ImportWeights implements Callable<Integer> {

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      required = true,
      description = "a .pth or .safetensors file, or the index or folder of several")
  private Path weights;

  @Option(
      names = "--geometry",
      paramLabel = "NAME|FILE",
      required = true,
      description = Geometry.SYNTAX)
  private String geometry;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "the new model file, .safetensors")
  private Path out;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description =
          "of several models in the file that under this prefix, such as model_ema; default: the"
              + " weights as trained")
  private String prefix;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "the names of a classifier's classes, a line each, in the order of its labels")
  private Path classes;

  /** Runs the example with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new ImportWeights(), arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (Files.exists(out)) {
      throw new IllegalArgumentException(out + " exists already: choose another --out");
    }
    List<String> classNames = classes == null ? List.of() : Files.readAllLines(classes);
    Geometry given = Geometry.of(geometry);
    WeightFile file = prefix == null ? WeightFile.open(weights) : WeightFile.open(weights, prefix);
    VitModelConfig<? extends Vit> config = given.modelIn(file, classNames);
    try (NDManager manager = TorchEngine.newManager();
        Vit model =
            prefix == null
                ? Models.load(config, given.input(), weights, manager)
                : Models.load(config, given.input(), Weights.of(file), manager)) {
      Map<String, String> facts = Map.of("imported_from", weights.getFileName().toString());
      Models.save(model, out, facts);
      long parameters = model.weights().values().stream().mapToLong(NDArray::size).sum();
      CardFile.write(
          new ModelCard(out, config, given.input(), parameters, Optional.empty(), facts));
    }
    System.out.println(out + ": " + config.kind() + ", " + given.input());
    return 0;
  }
}
