package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mae4j.models.torch.TorchEngine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class RunOptionsTest {

  /** So OMP_NUM_THREADS has its effect, too: the engine follows it. */
  @Test
  void aModelHasTheThreadsOfTheEngineUnlessOthersAreAskedFor() {
    int before = TorchEngine.threads();
    try {
      TorchEngine.setThreads(5);
      assertThat(parsed().threads()).isEqualTo(5);
      assertThat(parsed("--threads", "2").threads()).isEqualTo(2);
    } finally {
      TorchEngine.setThreads(before);
    }
  }

  private static RunOptions parsed(String... arguments) {
    Program program = new Program();
    new CommandLine(program).parseArgs(arguments);
    return program.options;
  }

  @Command(name = "program")
  private static final class Program {
    @Mixin private final RunOptions options = new RunOptions();
  }
}
