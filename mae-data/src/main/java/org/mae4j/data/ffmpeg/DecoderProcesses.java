package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded number of {@link DecoderProcess}es, started when needed and anew when they die. For use
 * by several threads at once.
 */
final class DecoderProcesses implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DecoderProcesses.class);

  private final ReaderSettings settings;
  private final Semaphore places;
  private final Deque<DecoderProcess> idle = new ArrayDeque<>();
  private boolean closed;

  DecoderProcesses(int most, ReaderSettings settings) {
    this.settings = settings;
    this.places = new Semaphore(most);
  }

  void read(VideoInput input, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    if (input instanceof VideoInput.OfPath file && !file.isOrdinaryFile()) {
      throw new IllegalArgumentException(
          "decoder processes read files of the default file system only, not "
              + file.path().toUri());
    }
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting to read " + info.id());
    }
    try {
      RemoteRequest remote = new RemoteRequest(input, info.id(), request);
      try {
        read(info, remote, receiver);
      } catch (ClipReadException e) {
        if (e.stage() != ClipReadException.Stage.CRASH) {
          throw e;
        }
        // It need not have been the file: the system ends processes where memory is short.
        LOG.debug("once more, with another process: {}", e.getMessage());
        read(info, remote, receiver);
      }
    } finally {
      places.release();
    }
  }

  private void read(ClipInfo info, RemoteRequest remote, FrameReceiver receiver) {
    DecoderProcess process = take();
    try {
      process.read(info, remote, receiver);
    } finally {
      giveBack(process);
    }
  }

  private DecoderProcess take() {
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the video reader is closed");
      }
      while (!idle.isEmpty()) {
        DecoderProcess process = idle.pop();
        if (process.isAlive()) {
          return process;
        }
        process.close();
      }
    }
    try {
      DecoderProcess process = DecoderProcess.start(settings);
      LOG.debug("decoder process {} started", process.pid());
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no decoder process can be started: "
              + Objects.requireNonNullElse(e.getMessage(), e.toString()),
          e);
    }
  }

  private synchronized void giveBack(DecoderProcess process) {
    if (closed || !process.isAlive()) {
      process.close();
    } else {
      idle.push(process);
    }
  }

  /** Ends the processes; those that are reading, when they have read. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(DecoderProcess::close);
    idle.clear();
  }
}
