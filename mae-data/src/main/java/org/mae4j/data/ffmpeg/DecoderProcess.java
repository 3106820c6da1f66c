package org.mae4j.data.ffmpeg;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipShape;
import org.mae4j.data.internal.Channels;
import org.mae4j.data.internal.PixelBuffers;

/**
 * Another Java process that decodes for this one, so that only that one dies if libav does. For use
 * by one thread at a time.
 */
final class DecoderProcess implements AutoCloseable {

  // A video that is in memory comes along.
  private static final String HEAP = "512m";
  private static final Path CRASH_LOGS = Path.of(System.getProperty("java.io.tmpdir"));
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ReaderSettings settings;
  private final PixelBuffers buffers;
  private final Process process;
  private final SocketChannel channel;

  private DecoderProcess(
      ReaderSettings settings, PixelBuffers buffers, Process process, SocketChannel channel) {
    this.settings = settings;
    this.buffers = buffers;
    this.process = process;
    this.channel = channel;
  }

  /**
   * Starts the process.
   *
   * @throws IOException if it does not come up
   */
  static DecoderProcess start(ReaderSettings settings, PixelBuffers buffers) throws IOException {
    Path folder = Files.createTempDirectory("mae4j");
    Path address = folder.resolve("decoder");
    Process process = null;
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(address));
      process = launch(address);
      SocketChannel channel = accept(server, process);
      Channels.send(channel, settings::write);
      return new DecoderProcess(settings, buffers, process, channel);
    } catch (Throwable t) {
      if (process != null) {
        process.destroyForcibly();
      }
      throw t;
    } finally {
      Files.deleteIfExists(address);
      Files.deleteIfExists(folder);
    }
  }

  private static Process launch(Path address) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + HEAP,
            "-XX:MaxDirectMemorySize=2g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + crashLog("%p"),
            "-cp",
            System.getProperty("java.class.path"),
            DecoderWorker.class.getName(),
            address.toString())
        .redirectInput(ProcessBuilder.Redirect.PIPE)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static SocketChannel accept(ServerSocketChannel server, Process process)
      throws IOException {
    // Ends the wait for a process that dies or hangs before it calls.
    CompletableFuture<Process> watch =
        process
            .onExit()
            .orTimeout(START_LIMIT.toSeconds(), TimeUnit.SECONDS)
            .whenComplete((ended, failure) -> closeQuietly(server));
    try {
      return server.accept();
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while a decoder process was starting");
      }
      throw new IOException(
          "a decoder process did not start"
              + (process.isAlive() ? " in time" : ", exit status " + process.exitValue()),
          e);
    } finally {
      watch.cancel(false);
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      // It is closed for good.
    }
  }

  boolean isAlive() {
    return process.isAlive() && channel.isOpen();
  }

  long pid() {
    return process.pid();
  }

  /**
   * As {@link VideoReader#decode}. After a failure other than of the file, this process is dead.
   *
   * @throws ClipReadException also if the process dies
   */
  List<Clip> read(ClipInfo info, RemoteRequest request) {
    Duration limit = settings.timeLimit().plus(GRACE);
    CompletableFuture<Void> watch =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS);
    CompletableFuture<Void> kill = watch.thenRun(process::destroyForcibly);
    List<Clip> clips = new ArrayList<>();
    try {
      Channels.send(channel, request::write);
      if (request.input() instanceof VideoInput.OfBytes memory) {
        Channels.sendAll(channel, ByteBuffer.wrap(memory.bytes()));
      }
      DataInputStream answer = Channels.receive(channel);
      switch (answer.readByte()) {
        case RemoteRequest.Answer.CLIPS -> receive(answer.readInt(), info, clips);
        case RemoteRequest.Answer.BROKEN_FILE ->
            throw new ClipReadException(
                info.id(), Stage.valueOf(answer.readUTF()), Channels.readText(answer));
        default ->
            throw new IllegalStateException(
                "a decoder process failed at " + info.id() + ": " + Channels.readText(answer));
      }
      return request.request().sharedWindow()
          ? Collections.nCopies(request.request().clips(), clips.get(0))
          : clips;
    } catch (IOException | IllegalArgumentException e) {
      // What a process sends that is about to die may be anything.
      clips.forEach(Clip::close);
      boolean late = kill.isDone();
      close();
      if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while reading " + info.id());
      }
      throw late
          ? new ClipReadException(
              info.id(), Stage.TIMEOUT, "not read within " + limit.toNanos() / 1e9 + " s", e)
          : new ClipReadException(
              info.id(), Stage.CRASH, "the decoder process died, " + lastWords(), e);
    } finally {
      watch.cancel(false);
    }
  }

  private void receive(int count, ClipInfo info, List<Clip> clips) throws IOException {
    for (int i = 0; i < count; i++) {
      DataInputStream header = Channels.receive(channel);
      ClipShape shape = new ClipShape(header.readInt(), header.readInt(), header.readInt());
      double[] timestamps = new double[shape.frames()];
      for (int t = 0; t < timestamps.length; t++) {
        timestamps[t] = header.readDouble();
      }
      List<String> remarks = new ArrayList<>();
      for (int left = header.readInt(); left > 0; left--) {
        remarks.add(Channels.readText(header));
      }
      ByteBuffer pixels = buffers.take(3 * shape.frames() * shape.height() * shape.width());
      try {
        Channels.receiveAll(channel, pixels);
        pixels.flip();
        clips.add(
            new Clip(info, shape, pixels, timestamps, remarks, () -> buffers.giveBack(pixels)));
      } catch (Throwable t) {
        buffers.giveBack(pixels);
        throw t;
      }
    }
  }

  /** What the virtual machine writes when it crashes; it puts its number for {@code %p}. */
  private static Path crashLog(String process) {
    return CRASH_LOGS.resolve("mae4j-decoder-" + process + ".log");
  }

  private String lastWords() {
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        return "exit status unknown";
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "exit status unknown";
    }
    Path log = crashLog(Long.toString(process.pid()));
    return "exit status "
        + process.exitValue()
        + (Files.exists(log) ? "; Java's account of it is in " + log : "");
  }

  /** Ends the process. */
  @Override
  public void close() {
    closeQuietly(channel);
    process.destroyForcibly();
  }
}
