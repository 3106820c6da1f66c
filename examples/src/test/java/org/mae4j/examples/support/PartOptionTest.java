package org.mae4j.examples.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.base.Splitter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PartOptionTest {

  @Command
  private static final class Program {
    @Mixin private final PartOption part;

    private Program(Map<String, String> environment) {
      part = new PartOption(environment);
    }
  }

  private static PartOption options(String environment, String arguments) {
    Splitter words = Splitter.on(' ').trimResults().omitEmptyStrings();
    Program program = new Program(words.withKeyValueSeparator('=').split(environment));
    new CommandLine(program).parseArgs(words.splitToList(arguments).toArray(new String[0]));
    return program.part;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "'' | --part 3/16 | 3 | 16",
        "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0"
            + " SLURM_ARRAY_TASK_MAX=3 | '' | 1 | 4",
        "SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1"
            + " SLURM_ARRAY_TASK_MAX=4 | '' | 4 | 4",
        // Two of sixteen are done again.
        "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=3"
            + " SLURM_ARRAY_TASK_MAX=7 | --parts 16 | 7 | 16",
        "JOB_COMPLETION_INDEX=0 | --parts 8 | 1 | 8",
        "JOB_COMPLETION_INDEX=5 | --part 2/3 | 2 | 3"
      })
  void arePartsAsSaidOrAsTheSystemSays(String environment, String arguments, int index, int count) {
    Part part = options(environment, arguments).chosen().orElseThrow();
    assertThat(part.index()).isEqualTo(index);
    assertThat(part.count()).isEqualTo(count);
  }

  @Test
  void areAllOfItWhereNothingSaysOtherwise() {
    assertThat(options("", "").chosen()).isEmpty();
    assertThat(options("JOB_COMPLETION_INDEX=5", "--part 1/1").chosen()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "'' | --part 17/16 | a part must be from 1 to 16, but was 17, by --part",
        "'' | --part 0/16 | a part must be from 1 to 16, but was 0, by --part",
        "'' | --part half | --part must be I/N, such as 3/16, but was half",
        "'' | --part 1/0 | a part must be from 1 to 0",
        "'' | --parts 16 | --parts needs SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX",
        "'' | --part 1/2 --parts 2 | --part and --parts exclude each other",
        "JOB_COMPLETION_INDEX=3 | '' | JOB_COMPLETION_INDEX is 3, but nothing says of how many",
        "JOB_COMPLETION_INDEX=8 | --parts 8 | a part must be from 1 to 8, but was 9",
        "SLURM_ARRAY_TASK_ID=x | --parts 8 | SLURM_ARRAY_TASK_ID must be a number, but was x",
        "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=3"
            + " SLURM_ARRAY_TASK_MAX=7 | '' | the array has gaps"
      })
  void refusesWhatIsNoPart(String environment, String arguments, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(environment, arguments).chosen())
        .withMessageStartingWith(message);
  }
}
