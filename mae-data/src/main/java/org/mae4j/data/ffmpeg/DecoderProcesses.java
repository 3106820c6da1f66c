package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.internal.PixelBuffers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded number of {@link DecoderProcess}es, started when needed and anew when they die. For use
 * by several threads at once.
 */
final class DecoderProcesses implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DecoderProcesses.class);

  private final ReaderSettings settings;
  private final PixelBuffers buffers;
  private final Semaphore places;
  private final Deque<DecoderProcess> idle = new ArrayDeque<>();
  private boolean closed;

  DecoderProcesses(int most, ReaderSettings settings, PixelBuffers buffers) {
    this.settings = settings;
    this.buffers = buffers;
    this.places = new Semaphore(most);
  }

  List<Clip> read(VideoInput input, ClipInfo info, ClipRequest request) {
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
        return read(info, remote);
      } catch (ClipReadException e) {
        if (e.stage() != ClipReadException.Stage.CRASH) {
          throw e;
        }
        // It need not have been the file: the system ends processes where memory is short.
        LOG.debug("once more, with another process: {}", e.getMessage());
        return read(info, remote);
      }
    } finally {
      places.release();
    }
  }

  private List<Clip> read(ClipInfo info, RemoteRequest remote) {
    DecoderProcess process = take();
    try {
      return process.read(info, remote);
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
      DecoderProcess process = DecoderProcess.start(settings, buffers);
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
