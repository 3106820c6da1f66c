package org.mae4j.eval.attention;

/**
 * The colour map "inferno" of matplotlib (CC0), by linear interpolation between eleven of its
 * colours: black, purple, red, orange, pale yellow, in steps that look equal and in ascending
 * brightness.
 */
final class HeatColours {

  private static final int[] ANCHORS = {
    0x000004, 0x160b39, 0x420a68, 0x6a176e, 0x932667, 0xbc3754, 0xdd513a, 0xf37819, 0xfca50a,
    0xf6d746, 0xfcffa4
  };

  private HeatColours() {}

  /**
   * The colour of a value.
   *
   * @param heat in [0, 1]
   * @return 0xrrggbb
   */
  static int rgb(float heat) {
    float position = heat * (ANCHORS.length - 1);
    int below = Math.min((int) position, ANCHORS.length - 2);
    return mix(ANCHORS[below], ANCHORS[below + 1], position - below);
  }

  /** A blend of two colours, channel by channel: all of the first at 0, of the second at 1. */
  static int mix(int first, int second, float share) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = (first >> shift) & 0xff;
      int to = (second >> shift) & 0xff;
      rgb |= Math.round(from + share * (to - from)) << shift;
    }
    return rgb;
  }
}
