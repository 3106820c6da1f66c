package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FORCE;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EINVAL;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EIO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Lets libav read through a channel what it cannot open by its name. The channel must be as long as
 * it said at first: one that gives less was cut, or lies.
 */
final class ChannelInput implements ByteInput {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SEEK_SET = 0;
  private static final int SEEK_CURRENT = 1;
  private static final int SEEK_END = 2;

  private static final long EMPTY_READ_WAIT_NANOS = 1_000_000;

  // libav hands back a number instead of an object, and JavaCPP has room for few native callbacks
  // of a kind; so there is one of each for all inputs.
  private static final Map<Long, ChannelInput> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  private static final Read_packet_Pointer_BytePointer_int READ =
      new Read_packet_Pointer_BytePointer_int() {
        @Override
        public int call(Pointer id, BytePointer target, int bytes) {
          try {
            return find(id).read(target, bytes);
          } catch (Throwable t) {
            return AVERROR_EIO();
          }
        }
      };

  private static final Seek_Pointer_long_int SEEK =
      new Seek_Pointer_long_int() {
        @Override
        public long call(Pointer id, long offset, int whence) {
          try {
            return find(id).seek(offset, whence & ~AVSEEK_FORCE);
          } catch (Throwable t) {
            return AVERROR_EIO();
          }
        }
      };

  private final SeekableByteChannel channel;
  private final long size;
  private final ReadWatch watch;
  private final LongPointer id;
  private final AVIOContext context;
  private long position;
  private Throwable failure;

  /**
   * Takes a channel over, which is at its beginning, to be closed with this.
   *
   * @throws IOException if it does not say how long it is; it is not closed then
   */
  ChannelInput(SeekableByteChannel channel, ReadWatch watch) throws IOException {
    this.channel = channel;
    this.size = channel.size();
    this.watch = watch;
    this.id = new LongPointer(1).put(NEXT.getAndIncrement());
    Pointer buffer = av_malloc(BUFFER_BYTES);
    this.context =
        buffer == null
            ? null
            : avio_alloc_context(
                new BytePointer(buffer),
                BUFFER_BYTES,
                0,
                id,
                READ,
                (Write_packet_Pointer_BytePointer_int) null,
                SEEK);
    if (context == null) {
      av_free(buffer);
      id.close();
      throw new OutOfMemoryError("libav could not allocate an input");
    }
    OPEN.put(id.get(), this);
  }

  @Override
  public AVIOContext context() {
    return context;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Throwable failure() {
    return failure;
  }

  private static ChannelInput find(Pointer id) {
    return OPEN.get(new LongPointer(id).get());
  }

  /** Nothing may be thrown through libav: it would end the process. */
  private int read(BytePointer target, int bytes) {
    try {
      int read = readSome(target.capacity(bytes).asByteBuffer());
      position += Math.max(0, read);
      watch.progress();
      if (read < 0 && position < size) {
        throw new IOException(
            "ends after " + position + " of " + size + " bytes: cut while it was read?");
      }
      if (position > size && read > 0) {
        throw new IOException("goes on after its " + size + " bytes");
      }
      return read < 0 ? AVERROR_EOF : read;
    } catch (Throwable t) {
      return failed(t);
    }
  }

  /** A read of no bytes is not the end: only time tells. */
  private int readSome(ByteBuffer target) throws IOException {
    int read = channel.read(target);
    while (read == 0) {
      watch.check();
      LockSupport.parkNanos(EMPTY_READ_WAIT_NANOS);
      read = channel.read(target);
    }
    return read;
  }

  private long seek(long offset, int whence) {
    try {
      if (whence == AVSEEK_SIZE) {
        return size;
      }
      long base =
          switch (whence) {
            case SEEK_SET -> 0;
            case SEEK_CURRENT -> position;
            case SEEK_END -> size;
            default -> -1;
          };
      if (base < 0 || base + offset < 0) {
        return AVERROR_EINVAL();
      }
      channel.position(base + offset);
      position = base + offset;
      return position;
    } catch (Throwable t) {
      return failed(t);
    }
  }

  private int failed(Throwable t) {
    if (failure == null) {
      failure = t;
    }
    return AVERROR_EIO();
  }

  @Override
  public void close() throws IOException {
    OPEN.remove(id.get());
    // libav may have exchanged the buffer for one of another size.
    av_free(context.buffer());
    avio_context_free(context);
    id.close();
    channel.close();
  }
}
