package org.mae4j.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Splitter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.models.torch.TorchEngine;

/** What launchers say in the environment. */
class RankEnvironmentTest {

  @Test
  void nothingSetIsOneProcess() {
    assertThat(RankEnvironment.detect(Map.of())).isSameAs(RankEnvironment.ALONE);
    try (NDManager manager = TorchEngine.newManager()) {
      assertThat(RankEnvironment.ALONE.open(manager)).isSameAs(Ranks.alone());
    }
  }

  @Test
  void readsTorchrun() {
    Map<String, String> torchrun =
        Map.of(
            "RANK", "5",
            "WORLD_SIZE", "8",
            "LOCAL_RANK", "1",
            "MASTER_ADDR", "node-0",
            "MASTER_PORT", "29500",
            // It may itself be started by Slurm, once a machine.
            "SLURM_PROCID", "1",
            "SLURM_NTASKS", "2");
    assertThat(RankEnvironment.detect(torchrun))
        .isEqualTo(new RankEnvironment(5, 8, 1, "node-0", 29501));
  }

  @Test
  void eachRestartOfTorchrunMeetsElsewhere() {
    Map<String, String> restarted =
        Map.of(
            "RANK", "0",
            "WORLD_SIZE", "2",
            "MASTER_ADDR", "localhost",
            "MASTER_PORT", "29500",
            "TORCHELASTIC_RESTART_COUNT", "2");
    assertThat(RankEnvironment.detect(restarted).port()).isEqualTo(29503);
  }

  @Test
  void readsAPyTorchJobWithoutALocalRank() {
    Map<String, String> job =
        Map.of(
            "RANK", "1", "WORLD_SIZE", "2", "MASTER_ADDR", "job-master-0", "MASTER_PORT", "23456");
    assertThat(RankEnvironment.detect(job))
        .isEqualTo(new RankEnvironment(1, 2, 0, "job-master-0", 23457));
  }

  @Test
  void readsOpenMpi() {
    Map<String, String> mpi =
        new HashMap<>(
            Map.of(
                "OMPI_COMM_WORLD_RANK", "1",
                "OMPI_COMM_WORLD_SIZE", "4",
                "OMPI_COMM_WORLD_LOCAL_RANK", "1",
                "OMPI_COMM_WORLD_LOCAL_SIZE", "4",
                // The batch script around mpirun.
                "SLURM_PROCID", "0"));
    assertThat(RankEnvironment.detect(mpi))
        .isEqualTo(new RankEnvironment(1, 4, 1, "localhost", 29501));
    mpi.put("OMPI_COMM_WORLD_LOCAL_SIZE", "2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankEnvironment.detect(mpi))
        .withMessage("there are 4 ranks, but MASTER_ADDR does not say where rank 0 is");
    mpi.put("MASTER_ADDR", "10.0.0.7");
    mpi.put("MAE4J_PORT", "4000");
    assertThat(RankEnvironment.detect(mpi))
        .isEqualTo(new RankEnvironment(1, 4, 1, "10.0.0.7", 4000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node[01-03,07],gpu5|node01",
        "node07|node07",
        "a,b[1-2]|a",
        "rack[1-2]n[004,007].cluster|rack1n004.cluster"
      })
  void readsSlurm(String hosts, String first) {
    Map<String, String> slurm =
        Map.of(
            "SLURM_PROCID", "3",
            "SLURM_NTASKS", "8",
            "SLURM_STEP_NUM_TASKS", "4",
            "SLURM_LOCALID", "1",
            "SLURM_JOB_ID", "40017",
            "SLURM_JOB_NODELIST", hosts);
    assertThat(RankEnvironment.detect(slurm))
        .isEqualTo(new RankEnvironment(3, 4, 1, first, 10_017));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RANK=3|RANK is set to 3, but WORLD_SIZE is not",
        "WORLD_SIZE=3|WORLD_SIZE is set to 3, but RANK is not",
        "RANK=3,WORLD_SIZE=3|RANK must be a whole number in [0, 2], but is 3",
        "RANK=-1,WORLD_SIZE=3|RANK must be a whole number in [0, 2], but is -1",
        "RANK=0,WORLD_SIZE=two|WORLD_SIZE must be a whole number in [1, 2147483647], but is two",
        "RANK=1,WORLD_SIZE=2|there are 2 ranks, but MASTER_ADDR does not say where rank 0 is",
        "RANK=1,WORLD_SIZE=2,MASTER_ADDR=a,MASTER_PORT=x|MASTER_PORT must be a whole number in [1,"
            + " 65534], but is x",
        "RANK=1,WORLD_SIZE=2,LOCAL_RANK=2,MASTER_ADDR=a|LOCAL_RANK must be a whole number in [0,"
            + " 1], but is 2",
        "SLURM_PROCID=1|SLURM_PROCID is set to 1, but SLURM_NTASKS is not",
        "SLURM_PROCID=1,SLURM_NTASKS=2,SLURM_JOB_NODELIST=n[1|a list of hosts must close its"
            + " brackets, but is n[1"
      })
  void refusesWhatIsHalfSetOrContradictsItself(String set, String message) {
    Map<String, String> environment = new HashMap<>();
    Splitter.on(',').withKeyValueSeparator('=').split(set).forEach(environment::put);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankEnvironment.detect(environment))
        .withMessage(message);
  }

  @Test
  void refusesAnUnknownHostAndNoTime() {
    RankEnvironment environment = new RankEnvironment(1, 2, 0, "no-such-host.invalid", 29501);
    try (NDManager manager = TorchEngine.newManager()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> environment.open(manager))
          .withMessage("the host of rank 0 has an unknown name: no-such-host.invalid");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> environment.open(manager, Duration.ZERO, Duration.ofSeconds(1)))
          .withMessage("the time limit of the start must be positive, but was 0.0");
    }
  }
}
