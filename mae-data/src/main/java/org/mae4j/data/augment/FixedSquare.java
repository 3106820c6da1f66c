package org.mae4j.data.augment;

import org.mae4j.api.ClipInput.CentreCrop;
import org.mae4j.api.frames.FrameReceiver.Rectangle;

/** A square at a fixed position of the scaled frame. Draws nothing. */
record FixedSquare(CentreCrop crop, Position position) implements CropRule {

  /**
   * Where the square lies along the longer side; along the shorter one, and where it is larger than
   * the frame, it is centred.
   */
  enum Position {
    /** at the left, or at the top */
    START,
    /** in the middle */
    CENTRE,
    /** at the right, or at the bottom */
    END
  }

  @Override
  public CropBox box(int height, int width, CropDraws draws) {
    ScaledSize scaled = ScaledSize.of(height, width, crop.shortSide(), crop.rounding());
    boolean portrait = scaled.height() > scaled.width();
    int top = offset(scaled.height(), portrait ? position : Position.CENTRE);
    int left = offset(scaled.width(), portrait ? Position.CENTRE : position);
    return new CropBox(Rectangle.whole(height, width), scaled, top, left, crop.size(), false);
  }

  private int offset(int length, Position where) {
    int room = length - crop.size();
    return switch (room < 0 ? Position.CENTRE : where) {
      case START -> 0;
      case CENTRE -> middle(room);
      case END -> room;
    };
  }

  private int middle(int room) {
    return switch (crop.rounding()) {
      case SLOWFAST -> room - room / 2;
      // Python's rounding; the odd row or column of a black frame lies at the bottom or right.
      case TORCHVISION -> room < 0 ? room / 2 : (int) Math.rint(room / 2.0);
    };
  }
}
