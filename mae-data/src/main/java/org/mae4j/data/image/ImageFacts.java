package org.mae4j.data.image;

import java.util.Objects;

/**
 * What an image file says of itself, without decoding it.
 *
 * @param format {@code JPEG} or {@code PNG}, whatever the file's name ends in
 * @param colours as stored: {@code grey}, {@code RGB}, {@code YCbCr}, {@code CMYK}, {@code YCCK},
 *     {@code palette}, {@code grey and alpha} or {@code RGB and alpha}
 * @param bits of a sample, or of an index into a palette
 * @param width as stored, in pixels
 * @param height as stored, in pixels
 * @param turned whether it is to be turned or mirrored to be shown
 */
public record ImageFacts(
    String format, String colours, int bits, int width, int height, boolean turned) {

  public ImageFacts {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(colours, "colours");
  }
}
