package org.mae4j.data.image;

import com.google.common.collect.Iterators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** One of the JDK's own image readers, opened on bytes in memory. */
final class JdkReader implements AutoCloseable {

  private final ImageReader reader;
  private final ImageInputStream stream;
  private final List<String> warnings = new ArrayList<>();

  /**
   * Opens an image.
   *
   * @param format {@code jpeg} or {@code png}
   * @throws IOException if its header cannot be read or it is too large
   */
  JdkReader(String format, byte[] bytes, long maxPixels) throws IOException {
    reader = own(ImageIO.getImageReadersByFormatName(format));
    stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
    try {
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(stream, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > maxPixels) {
        throw new IOException(
            reader.getWidth(0)
                + "x"
                + reader.getHeight(0)
                + " has more than the "
                + maxPixels
                + " pixels allowed");
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Other readers that happen to be installed decode and convert in their own ways. */
  private static ImageReader own(Iterator<ImageReader> readers) {
    return Iterators.find(
        readers,
        reader ->
            reader.getOriginatingProvider().getClass().getName().startsWith("com.sun.imageio."));
  }

  ImageReader reader() {
    return reader;
  }

  /** What the reader found odd so far. */
  List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() {
    reader.dispose();
    try {
      stream.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
