package org.mae4j.data.ffmpeg;

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
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** Lets libav read through a channel what it cannot open by its name. */
final class ChannelInput implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SEEK_SET = 0;
  private static final int SEEK_CURRENT = 1;
  private static final int SEEK_END = 2;

  // libav hands back a number instead of an object, and JavaCPP has room for few native callbacks
  // of a kind; so there is one of each for all inputs.
  private static final Map<Long, ChannelInput> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  private static final Read_packet_Pointer_BytePointer_int READ =
      new Read_packet_Pointer_BytePointer_int() {
        @Override
        public int call(Pointer id, BytePointer target, int bytes) {
          return find(id).read(target, bytes);
        }
      };

  private static final Seek_Pointer_long_int SEEK =
      new Seek_Pointer_long_int() {
        @Override
        public long call(Pointer id, long offset, int whence) {
          return find(id).seek(offset, whence & ~AVSEEK_FORCE);
        }
      };

  private final SeekableByteChannel channel;
  private final LongPointer id;
  private final AVIOContext context;

  /** Takes a channel over, to be closed with this, after the context that reads it. */
  ChannelInput(SeekableByteChannel channel) {
    this.channel = channel;
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

  /** Has a context that is yet to be opened read from here. */
  void attachTo(AVFormatContext format) {
    format.pb(context);
  }

  private static ChannelInput find(Pointer id) {
    return OPEN.get(new LongPointer(id).get());
  }

  /** No exception may pass through libav. */
  private int read(BytePointer target, int bytes) {
    try {
      int read = channel.read(target.capacity(bytes).asByteBuffer());
      return read <= 0 ? AVERROR_EOF : read;
    } catch (IOException | RuntimeException e) {
      return AVERROR_EIO();
    }
  }

  private long seek(long offset, int whence) {
    try {
      long base =
          switch (whence) {
            case SEEK_SET -> 0;
            case SEEK_CURRENT -> channel.position();
            case SEEK_END -> channel.size();
            case AVSEEK_SIZE -> -1;
            default -> -2;
          };
      if (base == -1) {
        return channel.size();
      }
      if (base < 0 || base + offset < 0) {
        return AVERROR_EINVAL();
      }
      channel.position(base + offset);
      return base + offset;
    } catch (IOException | RuntimeException e) {
      return AVERROR_EIO();
    }
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
