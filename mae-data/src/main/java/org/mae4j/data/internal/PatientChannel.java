package org.mae4j.data.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads a channel that may block, within limits of time. What cannot be closed because it blocks is
 * closed when it no longer does.
 */
public final class PatientChannel implements SeekableByteChannel {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier nanosLeft;
  private final PatientThread thread = new PatientThread("mae4j-channel");
  // Of its own, since a read that was given up may still write into it.
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private volatile SeekableByteChannel channel;

  private PatientChannel(LongSupplier nanosLeft) {
    this.nanosLeft = nanosLeft;
  }

  /**
   * Opens a channel.
   *
   * @param nanosLeft how long a call may still take
   */
  public static PatientChannel open(Callable<SeekableByteChannel> opener, LongSupplier nanosLeft)
      throws IOException {
    PatientChannel opened = new PatientChannel(nanosLeft);
    try {
      opened.call(() -> opened.channel = opener.call());
      return opened;
    } catch (Throwable t) {
      try {
        opened.close();
      } catch (IOException e) {
        t.addSuppressed(e);
      }
      throw t;
    }
  }

  private <T> T call(Callable<T> call) throws IOException {
    return thread.call(call, nanosLeft.getAsLong());
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int most = Math.min(target.remaining(), BUFFER_BYTES);
    int count = call(() -> channel.read(buffer.clear().limit(most)));
    int given = buffer.flip().remaining();
    if (Math.max(0, count) != given) {
      throw new IOException("the channel gave " + given + " bytes and says " + count);
    }
    target.put(buffer);
    return count;
  }

  @Override
  public long position() throws IOException {
    return call(channel::position);
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    call(() -> channel.position(newPosition));
    return this;
  }

  @Override
  public long size() throws IOException {
    return call(channel::size);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public void close() throws IOException {
    thread.closeAfter(
        () -> {
          if (channel != null) {
            channel.close();
          }
          return null;
        },
        CLOSING_NANOS);
  }
}
