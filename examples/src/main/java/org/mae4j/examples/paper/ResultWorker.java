package org.mae4j.examples.paper;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.HelperProcesses;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The program of a process that trains models of results beside another one, in the same folder. A
 * model goes to whoever locks its folder first; one that a dying process leaves behind is taken up
 * by another.
 */
@Command(name = "worker")
final class ResultWorker {

  @Mixin private final ResultOptions options = new ResultOptions();

  private ResultWorker() {}

  /**
   * Starts some.
   *
   * @param count at least 0; what they say goes into files in the folder of work
   */
  static HelperProcesses start(int count, ResultOptions options, Result<?>... results) {
    List<String> arguments = new ArrayList<>();
    arguments.add(
        Stream.of(results).map(result -> result.getClass().getName()).collect(joining(",")));
    arguments.addAll(options.forWorker());
    return HelperProcesses.start(count, options.work(), ResultWorker.class, arguments);
  }

  /**
   * Trains models until none is left.
   *
   * @param arguments the classes of the results, comma-separated, then options
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    HelperProcesses.begin();
    List<Result<?>> results = new ArrayList<>();
    for (String name : Splitter.on(',').split(arguments[0])) {
      results.add(
          Class.forName(name).asSubclass(Result.class).getDeclaredConstructor().newInstance());
    }
    ResultWorker worker = new ResultWorker();
    new CommandLine(worker).parseArgs(Arrays.copyOfRange(arguments, 1, arguments.length));
    worker.train(results);
  }

  private void train(List<Result<?>> results) {
    Set<String> names = results.stream().map(Result::name).collect(toSet());
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress;
        Study study = options.study(progress, names);
        ExperimentModels experiment = options.experiment(study, progress)) {
      experiment.train(
          results.stream()
              .flatMap(result -> result.models(study, options.seeds()).stream())
              .toList());
    }
  }
}
