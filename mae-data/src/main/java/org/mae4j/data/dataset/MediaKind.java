package org.mae4j.data.dataset;

import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a file is taken for by the ending of its name, in any case. A GIF is a video, be it of one
 * frame.
 */
public enum MediaKind {
  VIDEO(
      ImmutableSet.of(
          "264", "265", "3g2", "3gp", "3gp2", "3gpp", "amv", "apng", "asf", "avi", "divx", "dv",
          "dvr-ms", "evo", "f4p", "f4v", "flv", "gif", "gxf", "h264", "h265", "hevc", "insv",
          "ismv", "ivf", "m1v", "m2p", "m2t", "m2ts", "m2v", "m4v", "mk3d", "mkv", "mod", "mov",
          "mp2v", "mp4", "mp4v", "mpe", "mpeg", "mpg", "mpv", "mpv2", "mts", "mxf", "nut", "obu",
          "ogm", "ogv", "qt", "rm", "rmvb", "tod", "tp", "trp", "ts", "vob", "vro", "webm", "wmv",
          "wtv", "xvid", "y4m"),
      ImmutableSet.of(
          "ari", "bik", "braw", "crm", "dat", "fli", "flc", "lrv", "m3u8", "mjpeg", "mjpg", "mpd",
          "r3d", "rec", "roq", "smk", "swf")),
  IMAGE(
      ImmutableSet.of("jfif", "jif", "jpe", "jpeg", "jpg", "pjpeg", "png"),
      ImmutableSet.of(
          "apng", "arw", "avif", "bmp", "cr2", "cr3", "dng", "gif", "heic", "heif", "j2k", "jp2",
          "jxl", "nef", "pbm", "pgm", "ppm", "tga", "tif", "tiff", "webp"));

  /** Endings of archives and of unfinished downloads, which are why a dataset is not all there. */
  private static final ImmutableSet<String> PACKED =
      ImmutableSet.of(
          "7z",
          "aria2",
          "bz2",
          "crdownload",
          "download",
          "gz",
          "part",
          "partial",
          "rar",
          "tar",
          "tgz",
          "xz",
          "ytdl",
          "zip",
          "zst");

  private final ImmutableSet<String> endings;
  private final ImmutableSet<String> others;

  /**
   * A kind of file.
   *
   * @param endings of files that are read
   * @param others endings of such files that are not
   */
  MediaKind(ImmutableSet<String> endings, ImmutableSet<String> others) {
    this.endings = endings;
    this.others = others;
  }

  /** Whether a file of this name is of this kind. */
  public boolean matches(String fileName) {
    return endings.contains(ending(fileName));
  }

  /** The endings, with their dots, in alphabetical order. */
  public List<String> endings() {
    return endings.stream().sorted().map(end -> "." + end).toList();
  }

  /** Why a file is not taken that may have been meant; empty if its name says another thing. */
  Optional<String> whyNot(String fileName) {
    String ending = ending(fileName);
    if (ending.isEmpty()) {
      return Optional.of("no ending says what it is");
    }
    if (isPacked(fileName)) {
      return Optional.of("packed, or not loaded to its end");
    }
    return others.contains(ending)
        ? Optional.of("no " + this + " that can be read")
        : Optional.empty();
  }

  /** Whether a name is that of an archive or of an unfinished download. */
  static boolean isPacked(String fileName) {
    return PACKED.contains(ending(fileName));
  }

  /** In lower case; empty if there is none. */
  private static String ending(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > 0 ? fileName.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
  }

  /** {@code video} or {@code image}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
