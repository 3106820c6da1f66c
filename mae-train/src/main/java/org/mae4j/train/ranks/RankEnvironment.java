package org.mae4j.train.ranks;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.models.torch.TorchEngine;

/**
 * Which of how many processes this one is, as what started them says it in the environment.
 *
 * <pre>{@code
 * RankEnvironment environment = RankEnvironment.detect(System.getenv());
 * try (NDManager manager = TorchEngine.newManager(environment.device());
 *     Ranks ranks = environment.open(manager)) {
 *   ... Pretrainer.builder().setState(state).setBatches(clips).optRanks(ranks).build().run();
 * }
 * }</pre>
 *
 * @param rank in [0, size)
 * @param size how many processes there are, at least 1
 * @param localRank which of the processes on this machine this is, from 0; decides the GPU
 * @param host name or address of the machine of rank 0; any text where there is one process
 * @param port that rank 0 waits for the others at, in [1, 65535]
 */
public record RankEnvironment(int rank, int size, int localRank, String host, int port) {

  /** One process that trains by itself. */
  public static final RankEnvironment ALONE = new RankEnvironment(0, 1, 0, "localhost", 29501);

  /** How long all ranks may take to start, and then one may keep the others waiting. */
  public static final Duration LIMIT = Duration.ofMinutes(10);

  private static final String PORT = "MAE4J_PORT";
  private static final String HOST = "MASTER_ADDR";
  private static final String MASTER_PORT = "MASTER_PORT";
  private static final int LAST_PORT = 65535;

  /** How often torchrun has restarted its ranks. */
  private static final String RESTARTS = "TORCHELASTIC_RESTART_COUNT";

  private static final int MOST = 100;

  /** PyTorch's, where nothing is said. */
  private static final int USUAL_PORT = 29500;

  /** Below those that systems give away. */
  private static final int FIRST_OF_JOBS = 10_000;

  private static final int PORTS_OF_JOBS = 20_000;
  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "::1");

  public RankEnvironment {
    Checks.atLeast(1, size, "number of ranks");
    Checks.require(rank >= 0 && rank < size, "the rank must be in [0, %s), but was %s", size, rank);
    Checks.require(
        localRank >= 0 && localRank < size,
        "the local rank must be in [0, %s), but was %s",
        size,
        localRank);
    Objects.requireNonNull(host, "host");
    Checks.require(!host.isBlank(), "the host of rank 0 must have a name");
    Checks.require(
        port > 0 && port <= LAST_PORT, "the port must be in [1, %s], but was %s", LAST_PORT, port);
  }

  /**
   * Reads what torchrun and Kubeflow's PyTorchJob ({@code RANK}, {@code WORLD_SIZE}), Open MPI
   * ({@code OMPI_COMM_WORLD_RANK}, ...) or Slurm's srun ({@code SLURM_PROCID}, ...) have set, the
   * first of these that has; nothing of it: one process alone. Rank 0 is found by {@code
   * MASTER_ADDR}, or else where Slurm says, at the port {@code MAE4J_PORT}, or else the one after
   * {@code MASTER_PORT}, which torchrun itself uses, and one further after each restart of
   * torchrun's, or else one that follows from Slurm's job.
   *
   * @param environment variables by name, as {@link System#getenv()} has them
   * @throws IllegalArgumentException if something of it is missing or contradicts the rest
   */
  public static RankEnvironment detect(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    if (variables.has("RANK") || variables.has("WORLD_SIZE")) {
      return variables.ranks("RANK", "WORLD_SIZE", "LOCAL_RANK");
    }
    if (variables.has("OMPI_COMM_WORLD_RANK") || variables.has("OMPI_COMM_WORLD_SIZE")) {
      return variables.ranks(
          "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK");
    }
    if (variables.has("SLURM_PROCID")) {
      // A step of a job may have fewer tasks than the job.
      String step = "SLURM_STEP_NUM_TASKS";
      return variables.ranks(
          "SLURM_PROCID", variables.has(step) ? step : "SLURM_NTASKS", "SLURM_LOCALID");
    }
    return ALONE;
  }

  /**
   * What this process computes on: the GPU with the number of its local rank, or the only one that
   * it sees, or the CPU where there is none.
   *
   * @throws IllegalArgumentException if there are fewer GPUs than processes on this machine
   */
  public Device device() {
    int gpus = TorchEngine.start().getGpuCount();
    if (gpus == 0) {
      return Device.cpu();
    }
    Checks.require(
        localRank < gpus || isMadeVisible(gpus),
        "rank %s is the one with number %s on its machine, but PyTorch sees only %s GPUs there",
        rank,
        localRank,
        gpus);
    return Device.gpu(gpus == 1 ? 0 : localRank);
  }

  /** Whether each process is shown a GPU of its own. */
  private static boolean isMadeVisible(int gpus) {
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    return gpus == 1 && visible != null && !visible.isBlank();
  }

  /**
   * As {@link #open(NDManager, Duration, Duration)}, with {@link #LIMIT} for both.
   *
   * @param manager on the device to train on
   */
  public Ranks open(NDManager manager) {
    return open(manager, LIMIT, LIMIT);
  }

  /**
   * Meets the others, which must do the same. On CPUs XGBoost's collective engine carries what they
   * have to say, which needs {@code ml.dmlc:xgboost4j_2.12} on the class path; between GPUs NCCL,
   * which comes with PyTorch. Neither asks who connects: use a private network.
   *
   * @param manager on the device to train on
   * @param start how long all ranks may take to come
   * @param limit how long a rank may keep the others waiting then: more than the longest step,
   *     reading included
   * @return one process alone needs nobody
   * @throws RankLostException if they do not come in time
   * @throws IllegalStateException if what carries it is missing, or the port is taken
   * @throws IllegalArgumentException if rank 0's machine has an unknown name
   */
  public Ranks open(NDManager manager, Duration start, Duration limit) {
    Checks.positive((double) start.toMillis(), "the time limit of the start");
    Checks.positive((double) limit.toMillis(), "the time limit of ranks");
    if (size == 1) {
      return Ranks.alone();
    }
    InetAddress address = address();
    InetSocketAddress meeting = new InetSocketAddress(address, port);
    Device device = manager.getDevice();
    if (device.isGpu()) {
      return NcclRanks.open(rank, size, meeting, device.getDeviceId(), manager, start, limit);
    }
    InetSocketAddress listening =
        address.isLoopbackAddress() ? meeting : new InetSocketAddress(wildcard(address), port);
    return CpuRanks.open(rank, size, listening, meeting, start, limit);
  }

  /** Where the others find rank 0, which may know its own name by a loopback address only. */
  private InetAddress address() {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isLoopbackAddress() && !HERE.contains(host)) {
        return NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(own -> own.isSiteLocalAddress() && own.getAddress().length == 4)
            .findFirst()
            .orElse(address);
      }
      return address;
    } catch (UnknownHostException | SocketException e) {
      throw new IllegalArgumentException(
          "the host of rank 0 has an unknown name: " + Text.shown(host), e);
    }
  }

  private static InetAddress wildcard(InetAddress like) {
    try {
      return InetAddress.getByAddress(new byte[like.getAddress().length]);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is set. */
  private record Variables(Map<String, String> values) {

    boolean has(String name) {
      return !values.getOrDefault(name, "").isBlank();
    }

    RankEnvironment ranks(String rank, String size, String localRank) {
      Checks.require(has(rank), "%s is set to %s, but %s is not", size, values.get(size), rank);
      Checks.require(has(size), "%s is set to %s, but %s is not", rank, values.get(rank), size);
      int count = number(size, 1, Integer.MAX_VALUE);
      int own = number(rank, 0, count - 1);
      int local = has(localRank) ? number(localRank, 0, count - 1) : 0;
      return new RankEnvironment(own, count, local, host(count), port());
    }

    private int number(String name, int least, int most) {
      String text = values.get(name).strip();
      try {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw outside(name, least, most, e);
      }
      throw outside(name, least, most, null);
    }

    private IllegalArgumentException outside(String name, int least, int most, Exception cause) {
      return new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be a whole number in [%d, %d], but is %s",
              name,
              least,
              most,
              Text.shown(values.get(name))),
          cause);
    }

    private String host(int count) {
      if (has(HOST)) {
        return values.get(HOST).strip();
      }
      for (String hosts : new String[] {"SLURM_STEP_NODELIST", "SLURM_JOB_NODELIST"}) {
        if (has(hosts)) {
          return first(values.get(hosts).strip());
        }
      }
      String local = "OMPI_COMM_WORLD_LOCAL_SIZE";
      Checks.require(
          count == 1 || (has(local) && number(local, 1, count) == count),
          "there are %s ranks, but %s does not say where rank 0 is",
          count,
          HOST);
      return "localhost";
    }

    /** Of {@code node[01-03,07],gpu5}: node01. */
    private static String first(String hosts) {
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < hosts.length() && hosts.charAt(i) != ','; i++) {
        if (hosts.charAt(i) == '[') {
          int end = hosts.indexOf(']', i);
          Checks.require(end > 0, "a list of hosts must close its brackets, but is %s", hosts);
          name.append(hosts.substring(i + 1, end).replaceFirst("[-,].*", ""));
          i = end;
        } else {
          name.append(hosts.charAt(i));
        }
      }
      return name.toString();
    }

    private int port() {
      if (has(PORT)) {
        return number(PORT, 1, LAST_PORT);
      }
      if (has(MASTER_PORT)) {
        // Where the ranks before a restart had met, the system lets nobody listen for a minute.
        int restarts = has(RESTARTS) ? number(RESTARTS, 0, Integer.MAX_VALUE) : 0;
        return Math.min(LAST_PORT, number(MASTER_PORT, 1, LAST_PORT - 1) + 1 + restarts % MOST);
      }
      return has("SLURM_JOB_ID")
          ? FIRST_OF_JOBS + number("SLURM_JOB_ID", 0, Integer.MAX_VALUE) % PORTS_OF_JOBS
          : USUAL_PORT + 1;
    }
  }
}
