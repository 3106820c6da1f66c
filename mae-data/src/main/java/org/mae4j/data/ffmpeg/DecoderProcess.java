package org.mae4j.data.ffmpeg;

import com.google.common.base.Throwables;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Text;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.internal.ClassFiles;
import org.mae4j.data.internal.DirectMemory;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.LastWords;
import org.mae4j.data.internal.Messages;
import org.mae4j.data.internal.PatientThread;
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
  private final Process process;
  private final Path crashLog;
  private final LastWords words;
  private final WritableByteChannel output;
  private final ReadableByteChannel input;
  // Talks to the process: neither its death nor a limit of time must have to be waited for.
  private final PatientThread talk = new PatientThread("mae4j-decoder");
  private boolean open = true;
  // Of the thread that talks.
  private ByteBuffer frame = ByteBuffer.allocate(0);

  private DecoderProcess(ReaderSettings settings) throws IOException {
    this.settings = settings;
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
  static DecoderProcess start(ReaderSettings settings) throws IOException {
    DecoderProcess started = new DecoderProcess(settings);
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
   * As {@link VideoReader#read}. After any failure but one of the file or of the receiver, this
   * process is dead.
   *
   * @throws ClipReadException also if the process dies
   */
  void read(ClipInfo info, RemoteRequest request, FrameReceiver receiver) {
    Duration limit = settings.timeLimit().plus(GRACE);
    Reading reading = new Reading(info, receiver, limit);
    try {
      reading.run(request);
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while reading " + info.id());
      }
      throw new ClipReadException(
          info.id(), Stage.TIMEOUT, "nothing came for " + limit.toNanos() / 1e9 + " s", e);
    } catch (IOException | BadMessageException e) {
      // What a process sends that is about to die may be anything.
      close();
      throw new ClipReadException(
          info.id(), Stage.CRASH, "the decoder process died, " + account(), e);
    } finally {
      if (!reading.sound) {
        close();
      }
    }
  }

  /** A message that makes no sense. */
  private static final class BadMessageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BadMessageException(IllegalArgumentException cause) {
      super(cause);
    }
  }

  /**
   * One conversation. Only how long the process is silent is limited: what the receiver does with a
   * frame takes as long as it takes.
   */
  private final class Reading {

    private final ClipInfo info;
    private final FrameReceiver receiver;
    private final Duration limit;
    // Whether the process is waiting for the next request.
    private boolean sound;

    Reading(ClipInfo info, FrameReceiver receiver, Duration limit) {
      this.info = info;
      this.receiver = receiver;
      this.limit = limit;
    }

    private <T> T call(Callable<T> step) throws IOException {
      return talk.call(step, limit.toNanos());
    }

    /** What comes next, but for that reading goes on, which the process itself sees an end to. */
    private DataInputStream hear(Callable<DataInputStream> step) throws IOException {
      long begun = System.nanoTime();
      DataInputStream message = call(step);
      while (true) {
        message.mark(1);
        if (message.readByte() != RemoteRequest.Answer.GOES_ON) {
          message.reset();
          return message;
        }
        if (System.nanoTime() - begun >= settings.timeLimit().toNanos()) {
          ReadWatch.tellOnce(info.id(), settings.timeLimit());
        }
        message = call(() -> Messages.receive(input));
      }
    }

    void run(RemoteRequest request) throws IOException {
      DataInputStream message = hear(() -> ask(request));
      while (true) {
        int kind = message.readByte();
        switch (kind) {
          case RemoteRequest.Answer.DONE -> {
            sound = true;
            return;
          }
          case RemoteRequest.Answer.BROKEN_FILE -> {
            sound = true;
            throw new ClipReadException(
                info.id(), stage(message.readUTF()), Messages.readText(message));
          }
          case RemoteRequest.Answer.FAULT ->
              throw new IllegalStateException(
                  "a decoder process failed at "
                      + Text.shown(info.id())
                      + ": "
                      + Messages.readText(message));
          default -> show(kind, message);
        }
        message =
            hear(
                () -> {
                  command(content -> content.writeByte(RemoteRequest.Command.NEXT));
                  return Messages.receive(input);
                });
      }
    }

    private Stage stage(String name) {
      try {
        return Stage.valueOf(name);
      } catch (IllegalArgumentException e) {
        throw new BadMessageException(e);
      }
    }

    /** Shows the receiver what the process says. If it throws, the process is told to stop. */
    private void show(int kind, DataInputStream message) throws IOException {
      Runnable shown = shown(kind, message);
      boolean done = false;
      try {
        shown.run();
        done = true;
      } catch (UncheckedIOException e) {
        if (e.getCause() == broken) {
          throw broken;
        }
        throw e;
      } finally {
        if (!done && broken == null) {
          call(
              () -> {
                command(content -> content.writeByte(RemoteRequest.Command.STOP));
                return null;
              });
          sound = true;
        }
      }
    }

    // How a frame could not be had, on its way through the receiver.
    private IOException broken;

    private Runnable shown(int kind, DataInputStream message) throws IOException {
      switch (kind) {
        case RemoteRequest.Answer.BEGIN -> {
          int first = message.readInt();
          int count = message.readInt();
          ClipShape shape = shape(message.readInt(), message.readInt(), message.readInt());
          return () -> receiver.begin(first, count, info, shape, false);
        }
        case RemoteRequest.Answer.FRAME -> {
          return () -> receiver.add(this::receive);
        }
        case RemoteRequest.Answer.AGAIN -> {
          return receiver::addAgain;
        }
        case RemoteRequest.Answer.END -> {
          double[] timestamps = new double[message.readInt()];
          for (int t = 0; t < timestamps.length; t++) {
            timestamps[t] = message.readDouble();
          }
          List<String> remarks = new ArrayList<>();
          for (int left = message.readInt(); left > 0; left--) {
            remarks.add(Messages.readText(message));
          }
          return () -> receiver.end(timestamps, remarks);
        }
        default -> throw new IOException("a message of kind " + kind);
      }
    }

    private ClipShape shape(int frames, int height, int width) {
      try {
        return new ClipShape(frames, height, width);
      } catch (IllegalArgumentException e) {
        throw new BadMessageException(e);
      }
    }

    /** By way of memory of its own: the call may go on after it was given up. */
    private void receive(FrameReceiver.Rectangle part, ByteBuffer target, int offset) {
      int bytes = Math.toIntExact(FramePart.bytes(part));
      try {
        ByteBuffer received =
            call(
                () -> {
                  command(
                      content -> {
                        content.writeByte(RemoteRequest.Command.WRITE);
                        RemoteRequest.writePart(part, content);
                      });
                  ByteBuffer memory = pixels(bytes);
                  Messages.receiveAll(input, memory);
                  return memory;
                });
        target.put(offset, received, 0, bytes);
      } catch (IOException e) {
        broken = e;
        throw new UncheckedIOException(e);
      }
    }

    private DataInputStream ask(RemoteRequest request) throws IOException {
      command(request::write);
      if (request.input() instanceof VideoInput.OfBytes memory) {
        Messages.sendAll(output, ByteBuffer.wrap(memory.bytes()));
        process.getOutputStream().flush();
      }
      return Messages.receive(input);
    }
  }

  private void command(Messages.Content content) throws IOException {
    Messages.send(output, content);
    process.getOutputStream().flush();
  }

  /** The same memory again where it is large enough. */
  private ByteBuffer pixels(int bytes) {
    if (frame.capacity() < bytes) {
      frame = ByteBuffer.allocate(bytes);
    }
    return frame.clear().limit(bytes);
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
