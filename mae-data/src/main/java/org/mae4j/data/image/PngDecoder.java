package org.mae4j.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mae4j.data.internal.Orientation;

/**
 * Decodes PNG by the JDK's reader. Samples are taken as they are stored: the JDK would convert grey
 * ones by their gamma, and Pillow does not.
 */
final class PngDecoder {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  // Where the header chunk, which is the first, has its parts (ISO/IEC 15948, 11.2.2).
  private static final int CHUNK_TYPE = 12;
  private static final int WIDTH = 16;
  private static final int HEIGHT = 20;
  private static final int BIT_DEPTH = 24;
  private static final int COLOUR_TYPE = 25;

  private PngDecoder() {}

  static boolean isPng(byte[] bytes) {
    return bytes.length >= SIGNATURE.length
        && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /** What a file says of itself, be its image damaged. */
  static ImageFacts facts(byte[] bytes) throws IOException {
    if (bytes.length <= COLOUR_TYPE
        || !new String(bytes, CHUNK_TYPE, 4, StandardCharsets.US_ASCII).equals("IHDR")) {
      throw new IOException("no header");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    return new ImageFacts(
        "PNG",
        colours(bytes[COLOUR_TYPE]),
        bytes[BIT_DEPTH],
        header.getInt(WIDTH),
        header.getInt(HEIGHT),
        false);
  }

  private static String colours(byte type) throws IOException {
    return switch (type) {
      case 0 -> "grey";
      case 2 -> "RGB";
      case 3 -> "palette";
      case 4 -> "grey and alpha";
      case 6 -> "RGB and alpha";
      default -> throw new IOException("colour type " + type + ", but must be 0, 2, 3, 4 or 6");
    };
  }

  static DecodedImage decode(byte[] bytes, long maxPixels) throws IOException {
    try (JdkReader jdk = new JdkReader("png", bytes, maxPixels)) {
      BufferedImage image = jdk.reader().read(0);
      if (!jdk.warnings().isEmpty()) {
        throw new IOException(jdk.warnings().get(0));
      }
      return new DecodedImage(
          image.getWidth(),
          image.getHeight(),
          toRgb(image.getRaster(), image.getColorModel()),
          Orientation.AS_STORED);
    }
  }

  private static byte[] toRgb(Raster samples, ColorModel colours) {
    int width = samples.getWidth();
    int bands = samples.getNumBands();
    int excess = Math.max(samples.getSampleModel().getSampleSize(0) - 8, 0);
    byte[] rgb = new byte[3 * width * samples.getHeight()];
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < samples.getHeight(); y++) {
      samples.getPixels(0, y, width, 1, row);
      for (int from = 0; from < row.length; from += bands) {
        if (colours instanceof IndexColorModel palette) {
          rgb[to] = (byte) palette.getRed(row[from]);
          rgb[to + 1] = (byte) palette.getGreen(row[from]);
          rgb[to + 2] = (byte) palette.getBlue(row[from]);
        } else {
          boolean grey = bands < 3;
          for (int channel = 0; channel < 3; channel++) {
            rgb[to + channel] = (byte) (row[from + (grey ? 0 : channel)] >> excess);
          }
        }
        to += 3;
      }
    }
    return rgb;
  }
}
