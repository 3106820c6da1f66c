package org.mae4j.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import org.mae4j.data.ffmpeg.Orientation;

/**
 * Decodes PNG by the JDK's reader. Samples are taken as they are stored: the JDK would convert grey
 * ones by their gamma, and Pillow does not.
 */
final class PngDecoder {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private PngDecoder() {}

  static boolean isPng(byte[] bytes) {
    return bytes.length >= SIGNATURE.length
        && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
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
