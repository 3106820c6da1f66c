package org.mae4j.train.ranks;

/**
 * Another rank is gone, or has kept the others waiting for too long. Nothing is wrong with this
 * one: the run can go on from its newest checkpoint once all ranks have been started again. A
 * program that ends because of it should do so with {@link #EXIT_STATUS}.
 */
public class RankLostException extends RuntimeException {

  /**
   * The exit status that says: start all ranks again. torchrun does so after any other status than
   * 0; Kubeflow's PyTorchJob, with the restart policy {@code ExitCode}, from 128 on, of which it
   * leaves this one, that of SIGUSR1, to programs; a batch script of Slurm can ask for it.
   */
  public static final int EXIT_STATUS = 138;

  /** With a message of one line. */
  public RankLostException(String message) {
    super(message);
  }
}
