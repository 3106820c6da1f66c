package org.mae4j.data.ffmpeg;

import com.google.common.base.Throwables;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipShape;
import org.mae4j.api.internal.Text;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.internal.ClassFiles;
import org.mae4j.data.internal.DirectMemory;
import org.mae4j.data.internal.LastWords;
import org.mae4j.data.internal.Messages;
import org.mae4j.data.internal.PatientThread;
import org.mae4j.data.internal.PixelBuffers;
import org.slf4j.Logger;

/**
 * Another Java process that decodes for this one, so that only that one dies if libav does. They
 * talk by its standard input and output. For use by one thread at a time.
 */
final class DecoderProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** What may hold agents and ports that only one process can have. */
  private static final Set<String> OPTIONS_OF_JAVA =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  /** Where things lie; JavaCPP's own come along too. */
  private static final Set<String> PLACES =
      Set.of("java.io.tmpdir", "java.library.path", "user.home");

  private static final String PROPERTIES_OF_JAVACPP = "org.bytedeco.";

  private final ReaderSettings settings;
  private final PixelBuffers buffers;
  private final Process process;
  private final Path crashLog;
  private final LastWords words;
  private final WritableByteChannel output;
  private final ReadableByteChannel input;
  // Talks to the process: neither its death nor a limit of time must have to be waited for.
  private final PatientThread talk = new PatientThread("mae4j-decoder");
  private boolean open = true;

  private DecoderProcess(ReaderSettings settings, PixelBuffers buffers) throws IOException {
    this.settings = settings;
    this.buffers = buffers;
    this.crashLog =
        Path.of(System.getProperty("java.io.tmpdir"))
            .resolve("mae4j-decoder-" + UUID.randomUUID() + ".log");
    this.process = launch(crashLog);
    this.words = new LastWords(process);
    this.output = Channels.newChannel(process.getOutputStream());
    this.input = Channels.newChannel(process.getInputStream());
  }

  /**
   * Starts the process.
   *
   * @throws IOException if it does not come up
   */
  static DecoderProcess start(ReaderSettings settings, PixelBuffers buffers) throws IOException {
    DecoderProcess started = new DecoderProcess(settings, buffers);
    try {
      started.talk.call(started::greet, START_LIMIT.toNanos());
      return started;
    } catch (IOException e) {
      started.close();
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while a decoder process was starting");
      }
      throw new IOException("a decoder process did not start, " + started.account(), e);
    } catch (Throwable t) {
      started.close();
      throw t;
    }
  }

  private static Process launch(Path crashLog) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As much as this process may have: a video that is in memory comes along, and clips go back.
    command.add("-Xmx" + Runtime.getRuntime().maxMemory());
    command.add("-XX:MaxDirectMemorySize=" + DirectMemory.mostBytes());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:-UsePerfData");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:+DisplayVMOutputToStderr");
    command.add("-XX:ErrorFile=" + crashLog);
    command.add("-Dslf4j.internal.verbosity=ERROR");
    for (String name : System.getProperties().stringPropertyNames()) {
      if (PLACES.contains(name) || name.startsWith(PROPERTIES_OF_JAVACPP)) {
        command.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    command.add("-cp");
    command.add(classPath());
    command.add(DecoderWorker.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.PIPE);
    builder.environment().keySet().removeAll(OPTIONS_OF_JAVA);
    return builder.start();
  }

  /** Of what {@link DecoderWorker} needs, and no more: no logging of the application's, say. */
  private static String classPath() throws IOException {
    List<String> resources = new ArrayList<>();
    for (Class<?> one :
        List.of(
            DecoderWorker.class,
            Clip.class,
            Loader.class,
            avutil.class,
            Logger.class,
            Throwables.class)) {
      resources.add(one.getName().replace('.', '/') + ".class");
    }
    for (String library : List.of("javacpp", "ffmpeg")) {
      resources.add(
          "org/bytedeco/"
              + library
              + "/"
              + Loader.getPlatform()
              + "/"
              + System.mapLibraryName(library.equals("javacpp") ? "jnijavacpp" : "jniavutil"));
    }
    return new ClassFiles(Loader.getCacheDir().toPath().resolve("mae4j"))
        .classPath(DecoderProcess.class.getClassLoader(), resources);
  }

  private Void greet() throws IOException {
    Messages.send(output, settings::write);
    process.getOutputStream().flush();
    Messages.receive(input);
    return null;
  }

  boolean isAlive() {
    return open && process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /**
   * As {@link VideoReader#decode}. After any failure but one of the file, this process is dead.
   *
   * @throws ClipReadException also if the process dies
   */
  List<Clip> read(ClipInfo info, RemoteRequest request) {
    Duration limit = settings.timeLimit().plus(GRACE);
    boolean sound = false;
    try {
      Answer answer = await(info, request, limit);
      sound = true;
      return answer.clips();
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while reading " + info.id());
      }
      throw new ClipReadException(
          info.id(), Stage.TIMEOUT, "nothing came for " + limit.toNanos() / 1e9 + " s", e);
    } catch (IOException | IllegalArgumentException e) {
      // What a process sends that is about to die may be anything.
      close();
      throw new ClipReadException(
          info.id(), Stage.CRASH, "the decoder process died, " + account(), e);
    } finally {
      if (!sound) {
        close();
      }
    }
  }

  /** What a process answers: clips, or why there are none. */
  private interface Answer {
    List<Clip> clips();
  }

  /** The process itself ends a read that goes on for too long, as long as it says that it does. */
  private Answer await(ClipInfo info, RemoteRequest request, Duration limit) throws IOException {
    long begun = System.nanoTime();
    Optional<Answer> answer = talk.call(() -> ask(info, request), limit.toNanos());
    while (answer.isEmpty()) {
      if (System.nanoTime() - begun >= settings.timeLimit().toNanos()) {
        ReadWatch.tellOnce(info.id(), settings.timeLimit());
      }
      answer = talk.call(() -> hear(info, request), limit.toNanos());
    }
    return answer.get();
  }

  private Optional<Answer> ask(ClipInfo info, RemoteRequest request) throws IOException {
    Messages.send(output, request::write);
    if (request.input() instanceof VideoInput.OfBytes memory) {
      Messages.sendAll(output, ByteBuffer.wrap(memory.bytes()));
    }
    process.getOutputStream().flush();
    return hear(info, request);
  }

  /** Empty if the process goes on reading. */
  private Optional<Answer> hear(ClipInfo info, RemoteRequest request) throws IOException {
    DataInputStream answer = Messages.receive(input);
    switch (answer.readByte()) {
      case RemoteRequest.Answer.GOES_ON -> {
        return Optional.empty();
      }
      case RemoteRequest.Answer.CLIPS -> {
        List<Clip> clips = receive(answer.readInt(), info);
        List<Clip> all =
            request.request().sharedWindow()
                ? Collections.nCopies(request.request().clips(), clips.get(0))
                : clips;
        return Optional.of(() -> all);
      }
      case RemoteRequest.Answer.BROKEN_FILE -> {
        ClipReadException broken =
            new ClipReadException(
                info.id(), Stage.valueOf(answer.readUTF()), Messages.readText(answer));
        return Optional.of(
            () -> {
              throw broken;
            });
      }
      default ->
          throw new IllegalStateException(
              "a decoder process failed at "
                  + Text.shown(info.id())
                  + ": "
                  + Messages.readText(answer));
    }
  }

  private List<Clip> receive(int count, ClipInfo info) throws IOException {
    List<Clip> clips = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        clips.add(receive(info));
      }
      return clips;
    } catch (Throwable t) {
      clips.forEach(Clip::close);
      throw t;
    }
  }

  private Clip receive(ClipInfo info) throws IOException {
    DataInputStream header = Messages.receive(input);
    ClipShape shape = new ClipShape(header.readInt(), header.readInt(), header.readInt());
    double[] timestamps = new double[shape.frames()];
    for (int t = 0; t < timestamps.length; t++) {
      timestamps[t] = header.readDouble();
    }
    List<String> remarks = new ArrayList<>();
    for (int left = header.readInt(); left > 0; left--) {
      remarks.add(Messages.readText(header));
    }
    ByteBuffer pixels = buffers.take(3 * shape.frames() * shape.height() * shape.width());
    try {
      Messages.receiveAll(input, pixels);
      pixels.flip();
      return new Clip(info, shape, pixels, timestamps, remarks, () -> buffers.giveBack(pixels));
    } catch (Throwable t) {
      buffers.giveBack(pixels);
      throw t;
    }
  }

  /** How a process ended that is dead or dying, and what it said at last. */
  private String account() {
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        return "exit status unknown";
      }
      String said = words.get(GRACE);
      return "exit status "
          + process.exitValue()
          + (Files.exists(crashLog) ? "; Java's account of it is in " + crashLog : "")
          + (said.isEmpty() ? "" : "; it said: " + said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "exit status unknown";
    }
  }

  /** Ends the process, and waits for nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      // Not by Process, which would close the streams that may still be read.
      process.toHandle().destroyForcibly();
      talk.close();
    }
  }
}
