package org.mae4j.data.image;

/** What the components of a JPEG image are, and how they become RGB: libjpeg's and Pillow's way. */
enum JpegColours {
  GREY("grey") {
    @Override
    void convert(byte[] stored, int from, byte[] rgb, int to) {
      rgb[to] = stored[from];
      rgb[to + 1] = stored[from];
      rgb[to + 2] = stored[from];
    }
  },

  RGB("RGB") {
    @Override
    void convert(byte[] stored, int from, byte[] rgb, int to) {
      rgb[to] = stored[from];
      rgb[to + 1] = stored[from + 1];
      rgb[to + 2] = stored[from + 2];
    }
  },

  YCC("YCbCr") {
    @Override
    void convert(byte[] stored, int from, byte[] rgb, int to) {
      int y = stored[from] & 0xff;
      int cb = (stored[from + 1] & 0xff) - 128;
      int cr = (stored[from + 2] & 0xff) - 128;
      // libjpeg's constants: 1.402, 0.34414, 0.71414 and 1.772, times 2^16.
      rgb[to] = level(y + ((91881 * cr + HALF) >> 16));
      rgb[to + 1] = level(y + ((-22554 * cb - 46802 * cr + HALF) >> 16));
      rgb[to + 2] = level(y + ((116130 * cb + HALF) >> 16));
    }
  },

  /** Inks, all inverted as Adobe's programs store them. */
  CMYK("CMYK") {
    @Override
    void convert(byte[] stored, int from, byte[] rgb, int to) {
      int light = stored[from + 3] & 0xff;
      for (int channel = 0; channel < 3; channel++) {
        rgb[to + channel] = absorb(light, 255 - (stored[from + channel] & 0xff));
      }
    }
  },

  /** The same with its three colours written as {@link #YCC} writes the complement of colours. */
  YCCK("YCCK") {
    @Override
    void convert(byte[] stored, int from, byte[] rgb, int to) {
      int light = stored[from + 3] & 0xff;
      YCC.convert(stored, from, rgb, to);
      for (int channel = 0; channel < 3; channel++) {
        rgb[to + channel] = absorb(light, rgb[to + channel] & 0xff);
      }
    }
  };

  private static final int HALF = 1 << 15;

  private final String title;

  JpegColours(String title) {
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }

  /** Converts one pixel. */
  abstract void convert(byte[] stored, int from, byte[] rgb, int to);

  private static byte level(int value) {
    return (byte) Math.max(0, Math.min(value, 255));
  }

  /** What ink leaves of the light, both in [0, 255]; rounded as Pillow does. */
  private static byte absorb(int light, int ink) {
    int product = light * ink + 128;
    return level(light - (((product >> 8) + product) >> 8));
  }
}
