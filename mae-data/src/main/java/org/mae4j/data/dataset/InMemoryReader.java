package org.mae4j.data.dataset;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.util.concurrent.Striped;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.image.ImageReader;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.WholeClips;
import org.mae4j.data.internal.WholeFileReader;

/**
 * Decodes files once and keeps all their frames in memory: for small sets that a model is trained
 * on for many passes. Clips are those that the other readers give, to the bit.
 *
 * <p>A file is decoded when it is first read, as a whole. What does not fit in the memory allowed
 * is read by the other readers as ever, and so is a file that cannot be decoded, and one that is
 * such that a decoder need not give the same frames from the start as from the middle: where it is
 * damaged, where its frames' times do not ascend, or where their size changes. A file that changes
 * later is not looked at again.
 *
 * <p>Frames take 3 bytes a pixel: a second of 340 x 256 pixels at 30 frames/s 8 MB.
 *
 * <p>Safe for use by several threads at once. The memory lies outside the Java heap and is free
 * once this is closed.
 */
public final class InMemoryReader implements ClipReader, AutoCloseable {

  private static final int LOCKS = 64;

  private final VideoReader videos;
  private final ImageReader images;
  private final ClipReader files;
  private final MemoryBudget budget;
  // Empty for files that are not kept.
  private final Map<Path, Optional<MediaInMemory>> kept = new ConcurrentHashMap<>();
  private final Striped<Lock> loading = Striped.lock(LOCKS);
  // Who reads memory holds the one for reading, who frees it the other.
  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;

  private InMemoryReader(VideoReader videos, ImageReader images, long maxBytes) {
    this.videos = Objects.requireNonNull(videos, "videos");
    this.images = Objects.requireNonNull(images, "images");
    this.files = ClipReader.of(videos, images);
    this.budget = new MemoryBudget(maxBytes);
    Checks.require(
        !videos.isIsolated(), "a reader with decoder processes cannot keep videos in memory");
  }

  /**
   * Keeps what two readers decode.
   *
   * @param videos not one with decoder processes; stays the caller's to close
   * @param maxBytes memory for frames, at least 0
   */
  public static InMemoryReader of(VideoReader videos, ImageReader images, long maxBytes) {
    return new InMemoryReader(videos, images, maxBytes);
  }

  /**
   * Keeps what the two readers with their defaults decode.
   *
   * @param maxBytes memory for frames, at least 0
   */
  public static InMemoryReader create(long maxBytes) {
    return of(VideoReader.create(), ImageReader.create(), maxBytes);
  }

  /** How much memory the frames take, in bytes, at most what is allowed. */
  public long usedBytes() {
    return budget.usedBytes();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if this is closed
   */
  @Override
  public List<Clip> read(Path file, ClipInfo info, ClipRequest request) {
    return WholeClips.of(request, PixelBuffers.SHARED, clips -> read(file, info, request, clips));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if this is closed
   */
  @Override
  public void read(Path file, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    use.readLock().lock();
    try {
      checkState(!closed, "the in-memory reader is closed");
      Optional<MediaInMemory> media = find(file, info);
      if (media.isPresent()) {
        media.get().read(info, request, receiver);
        return;
      }
    } finally {
      use.readLock().unlock();
    }
    files.read(file, info, request, receiver);
  }

  private Optional<MediaInMemory> find(Path file, ClipInfo info) {
    Optional<MediaInMemory> known = kept.get(file);
    if (known != null) {
      return known;
    }
    Lock lock = loading.get(file);
    lock.lock();
    try {
      Optional<MediaInMemory> loaded = kept.get(file);
      if (loaded == null) {
        loaded = load(file, info);
        kept.put(file, loaded);
      }
      return loaded;
    } finally {
      lock.unlock();
    }
  }

  private Optional<MediaInMemory> load(Path file, ClipInfo info) {
    try {
      boolean image = MediaKind.IMAGE.matches(file.getFileName().toString());
      return WholeFileReader.loadBy(image ? images : videos, file, info, budget);
    } catch (ClipReadException e) {
      // Either the other reader says so too, or it was too long to decode in time as a whole.
      return Optional.empty();
    }
  }

  /** Frees the memory. Clips stay. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      closed = true;
      kept.values().forEach(media -> media.ifPresent(MediaInMemory::close));
      kept.clear();
    } finally {
      use.writeLock().unlock();
    }
  }
}
