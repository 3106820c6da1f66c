package org.mae4j.data.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Decodes JPEG by the JDK's libjpeg, whose samples are those of the libjpeg in Pillow, and converts
 * colours here, since the JDK guesses at colour spaces where libjpeg has rules, and knows no inks.
 */
final class JpegDecoder {

  private JpegDecoder() {}

  static boolean isJpeg(byte[] bytes) {
    return bytes.length >= 3
        && (bytes[0] & 0xff) == 0xff
        && (bytes[1] & 0xff) == 0xd8
        && (bytes[2] & 0xff) == 0xff;
  }

  static DecodedImage decode(byte[] bytes, long maxPixels) throws IOException {
    try (JdkReader jdk = new JdkReader("jpeg", bytes, maxPixels)) {
      Raster samples = jdk.reader().readRaster(0, null);
      for (String warning : jdk.warnings()) {
        if (warning.contains("premature end") || warning.contains("Premature end")) {
          throw new IOException("the image breaks off: " + warning);
        }
      }
      JpegHeader header = JpegHeader.of(bytes);
      byte[] rgb = toRgb(samples, header.colours(samples.getNumBands()));
      return new DecodedImage(samples.getWidth(), samples.getHeight(), rgb, header.orientation());
    }
  }

  private static byte[] toRgb(Raster samples, JpegColours colours) {
    byte[] stored = ((DataBufferByte) samples.getDataBuffer()).getData();
    int pixels = samples.getWidth() * samples.getHeight();
    byte[] rgb = new byte[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      colours.convert(stored, i * samples.getNumBands(), rgb, 3 * i);
    }
    return rgb;
  }
}
