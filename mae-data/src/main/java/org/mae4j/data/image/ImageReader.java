package org.mae4j.data.image;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.internal.FileBytes;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.WholeClips;
import org.mae4j.data.internal.WholeFileReader;

/**
 * Reads JPEG and PNG images as clips in which nothing moves. Safe for use by several threads at
 * once. What a file is, its content decides and not its name.
 *
 * <p>Images in grey, of a palette, with 16 bits or in inks (CMYK, YCCK) become RGB as Pillow makes
 * them so: transparency and colour profiles are ignored, of 16 bits the higher 8 are kept, inks are
 * taken for Adobe's. An image that breaks off is refused.
 */
public final class ImageReader extends WholeFileReader {

  // An array cannot hold many more.
  private static final long MAX_BYTES = 2_000_000_000;

  private final boolean rotate;
  private final long maxPixels;
  private final PixelBuffers buffers = PixelBuffers.SHARED;

  private ImageReader(Builder builder) {
    this.rotate = builder.rotate;
    this.maxPixels = builder.maxPixels;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A reader with the defaults. */
  public static ImageReader create() {
    return builder().build();
  }

  /**
   * Reads one image.
   *
   * @param info of the clips; its id names the file in messages
   * @param request where its window lies does not matter
   * @return {@code request.clips()} times one and the same clip, which is a {@linkplain
   *     Clip#isStill() still} and which the caller has to close
   * @throws ClipReadException if the file cannot be read or decoded
   */
  public List<Clip> decode(Path file, ClipInfo info, ClipRequest request) {
    return WholeClips.of(request, buffers, clips -> read(file, info, request, clips));
  }

  /**
   * As {@link #decode}, without a copy of the image at full size.
   *
   * @param receiver is shown one frame, which is that of {@code request.clips()} stills
   */
  public void read(Path file, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    DecodedImage image = decode(file, info.id());
    ClipShape shape = image.shape(request.sampling().frames());
    receiver.begin(0, request.clips(), info, shape, true);
    receiver.add(image.frame());
    receiver.end(new double[shape.frames()], List.of());
  }

  @Override
  protected Optional<MediaInMemory> load(Path file, ClipInfo info, MemoryBudget budget) {
    return ImageInMemory.copy(decode(file, info.id()), budget);
  }

  /**
   * What a file says of itself, which it may where its image cannot be decoded.
   *
   * @param id names the file in messages
   * @throws ClipReadException if the file cannot be read, or is no image
   */
  public static ImageFacts facts(Path file, String id) {
    return parse(file, id, bytes -> JpegHeader.of(bytes).facts(), PngDecoder::facts);
  }

  private DecodedImage decode(Path file, String id) {
    DecodedImage image =
        parse(
            file,
            id,
            bytes -> JpegDecoder.decode(bytes, maxPixels),
            bytes -> PngDecoder.decode(bytes, maxPixels));
    return rotate ? image : image.asStored();
  }

  /** Reads a file by the parser of what it holds. */
  private static <T> T parse(Path file, String id, Parser<T> jpeg, Parser<T> png) {
    byte[] bytes = bytes(file, id);
    try {
      if (JpegDecoder.isJpeg(bytes)) {
        return jpeg.parse(bytes);
      }
      if (PngDecoder.isPng(bytes)) {
        return png.parse(bytes);
      }
    } catch (IOException | RuntimeException e) {
      // What the JDK's decoders throw at damaged files is not always what they declare.
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new ClipReadException(id, Stage.DECODE, reason.lines().findFirst().orElse(""), e);
    }
    throw new ClipReadException(
        id, Stage.PROBE, bytes.length == 0 ? "the file is empty" : "neither JPEG nor PNG");
  }

  private static byte[] bytes(Path file, String id) {
    try {
      if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
        // A pipe would block.
        throw new IOException("not a regular file");
      }
      return FileBytes.read(file, MAX_BYTES);
    } catch (ClosedByInterruptException e) {
      CancellationException cancelled =
          new CancellationException("interrupted while reading " + id);
      cancelled.initCause(e);
      throw cancelled;
    } catch (NoSuchFileException e) {
      throw new ClipReadException(id, Stage.OPEN, "no such file", e);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      // Whatever a file system throws costs its file.
      boolean plain = e.getClass() == IOException.class && e.getMessage() != null;
      throw new ClipReadException(id, Stage.OPEN, plain ? e.getMessage() : e.toString(), e);
    }
  }

  private interface Parser<T> {
    T parse(byte[] bytes) throws IOException;
  }

  /** Builds an {@link ImageReader}. */
  public static final class Builder {

    private static final long MOST_PIXELS = Integer.MAX_VALUE / 3;

    private boolean rotate = true;
    private long maxPixels = 178_956_970;

    private Builder() {}

    /**
     * Whether to turn and mirror images as their Exif metadata says; by default yes. The authors'
     * loader, torchvision's, does not.
     */
    public Builder optRotate(boolean rotate) {
      this.rotate = rotate;
      return this;
    }

    /**
     * The largest image to decode, in pixels, in [1, 715827882]; by default 178956970, as Pillow.
     */
    public Builder optMaxPixels(long pixels) {
      Checks.require(
          pixels >= 1 && pixels <= MOST_PIXELS,
          "max pixels must be in [1, %s], but was %s",
          MOST_PIXELS,
          pixels);
      this.maxPixels = pixels;
      return this;
    }

    /** Makes the reader. */
    public ImageReader build() {
      return new ImageReader(this);
    }
  }
}
