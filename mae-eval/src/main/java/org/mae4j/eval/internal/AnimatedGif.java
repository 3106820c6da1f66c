package org.mae4j.eval.internal;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.mae4j.api.internal.Checks;

/** Frames as an animation that repeats for ever. */
public final class AnimatedGif {

  private static final int HUNDREDTH_MILLIS = 10;

  private AnimatedGif() {}

  /**
   * Writes a GIF; each frame is reduced to 256 colours of its own.
   *
   * @param frames at least one, all of the same size
   * @param millis how long each is shown, at least 20 and rounded down to hundredths of a second;
   *     less than that browsers take for 100
   */
  public static byte[] encode(List<BufferedImage> frames, int millis) {
    Checks.require(!frames.isEmpty(), "an animation needs at least one frame");
    Checks.require(
        millis >= 20, "a frame must be shown for at least 20 ms, but was for %s", millis);
    BufferedImage first = frames.get(0);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(output);
      writer.prepareWriteSequence(null);
      for (BufferedImage frame : frames) {
        Checks.require(
            frame.getWidth() == first.getWidth() && frame.getHeight() == first.getHeight(),
            "frames must be of one size, but are %sx%s and %sx%s",
            first.getWidth(),
            first.getHeight(),
            frame.getWidth(),
            frame.getHeight());
        writer.writeToSequence(new IIOImage(frame, null, metadata(writer, frame, millis)), null);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame, int millis)
      throws IOException {
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), null);
    String format = metadata.getNativeMetadataFormatName();
    IIOMetadataNode root = new IIOMetadataNode(format);
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(millis / HUNDREDTH_MILLIS));
    root.appendChild(control);
    IIOMetadataNode applications = new IIOMetadataNode("ApplicationExtensions");
    IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
    loop.setAttribute("applicationID", "NETSCAPE");
    loop.setAttribute("authenticationCode", "2.0");
    loop.setUserObject(new byte[] {1, 0, 0});
    applications.appendChild(loop);
    root.appendChild(applications);
    metadata.mergeTree(format, root);
    return metadata;
  }
}
