package org.mae4j.data.image;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.jpeg.JpegSegmentMetadataReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.MetadataException;
import com.drew.metadata.adobe.AdobeJpegDirectory;
import com.drew.metadata.adobe.AdobeJpegReader;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.jfif.JfifDirectory;
import com.drew.metadata.jfif.JfifReader;
import com.drew.metadata.jpeg.JpegDirectory;
import com.drew.metadata.jpeg.JpegReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.mae4j.data.internal.Orientation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a JPEG file says about itself before its pixels. */
final class JpegHeader {

  private static final Logger logger = LoggerFactory.getLogger(JpegHeader.class);

  private static final List<JpegSegmentMetadataReader> SEGMENTS =
      List.of(new JpegReader(), new JfifReader(), new AdobeJpegReader(), new ExifReader());

  private final Metadata metadata;

  private JpegHeader(Metadata metadata) {
    this.metadata = metadata;
  }

  /** What can be read of a header; nothing of one that is damaged, which is no reason to stop. */
  static JpegHeader of(byte[] bytes) throws IOException {
    try {
      return new JpegHeader(
          JpegMetadataReader.readMetadata(new ByteArrayInputStream(bytes), SEGMENTS));
    } catch (JpegProcessingException e) {
      logger.debug("a JPEG header cannot be read", e);
      return new JpegHeader(new Metadata());
    }
  }

  /**
   * What it says of the image.
   *
   * @throws IOException if it is damaged
   */
  ImageFacts facts() throws IOException {
    JpegDirectory frame = metadata.getFirstDirectoryOfType(JpegDirectory.class);
    if (frame == null) {
      throw new IOException("no frame header");
    }
    try {
      return new ImageFacts(
          "JPEG",
          colours(frame.getNumberOfComponents()).toString(),
          frame.getInt(JpegDirectory.TAG_DATA_PRECISION),
          frame.getImageWidth(),
          frame.getImageHeight(),
          !orientation().equals(Orientation.AS_STORED));
    } catch (MetadataException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  Orientation orientation() {
    ExifIFD0Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer code = exif == null ? null : exif.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
    return code == null ? Orientation.AS_STORED : Orientation.ofExif(code);
  }

  /** By libjpeg's rules. */
  JpegColours colours(int components) throws IOException {
    AdobeJpegDirectory adobe = metadata.getFirstDirectoryOfType(AdobeJpegDirectory.class);
    Integer transform =
        adobe == null ? null : adobe.getInteger(AdobeJpegDirectory.TAG_COLOR_TRANSFORM);
    return switch (components) {
      case 1 -> JpegColours.GREY;
      case 3 -> {
        boolean jfif = metadata.containsDirectoryOfType(JfifDirectory.class);
        boolean named = !jfif && transform == null && isNamedRgb();
        boolean declared = !jfif && transform != null && transform == 0;
        yield named || declared ? JpegColours.RGB : JpegColours.YCC;
      }
      case 4 -> transform == null || transform == 0 ? JpegColours.CMYK : JpegColours.YCCK;
      default -> throw new IOException(components + " components, but must be 1, 3 or 4");
    };
  }

  private boolean isNamedRgb() {
    JpegDirectory frame = metadata.getFirstDirectoryOfType(JpegDirectory.class);
    if (frame == null) {
      return false;
    }
    StringBuilder names = new StringBuilder();
    try {
      for (int i = 0; i < frame.getNumberOfComponents(); i++) {
        names.append((char) frame.getComponent(i).getComponentId());
      }
    } catch (MetadataException e) {
      logger.debug("a JPEG header lacks its components", e);
      return false;
    }
    return names.toString().equals("RGB");
  }
}
