package org.mae4j.models.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mae4j.api.internal.Text;

/**
 * What a file is that is no weight file, by its first bytes, and what its owner can do about it.
 */
final class FileKind {

  /** As many bytes as the marks of all kinds take. */
  static final int BYTES = 512;

  private static final String UNPACK = ": unpack it, and give the file in it";
  private static final String CONVERT =
      ": save the weights in Python by torch.save(model.state_dict(), file) or safetensors";

  /** Marks as Latin-1, most of them of several bytes that no length of a header begins with. */
  private static final List<Mark> MARKS =
      List.of(
          new Mark(
              0,
              "version https://git-lfs",
              "is a Git LFS pointer, not the file itself: \"git lfs pull\" fetches that"),
          new Mark(0, "\u001f\u008b", "is a gzip archive" + UNPACK),
          new Mark(0, "\u00fd7zXZ\0", "is an xz archive" + UNPACK),
          new Mark(0, "BZh", "is a bzip2 archive" + UNPACK),
          new Mark(0, "7z\u00bc\u00af'\u001c", "is a 7-Zip archive" + UNPACK),
          new Mark(0, "(\u00b5/\u00fd", "is a Zstandard archive" + UNPACK),
          new Mark(0, "\4\"M\30", "is an LZ4 archive" + UNPACK),
          new Mark(0, "Rar!", "is a RAR archive" + UNPACK),
          new Mark(0, "\u0089HDF\r\n\u001a\n", "is HDF5, as Keras writes it" + CONVERT),
          new Mark(0, "\u0093NUMPY", "is one NumPy array" + CONVERT),
          new Mark(0, "GGUF", "is a GGUF file, which holds models of another kind" + CONVERT),
          new Mark(0, "TDF$", "is a table of TensorFlow" + CONVERT),
          new Mark(4, "TFL3", "is a TensorFlow Lite program" + CONVERT),
          new Mark(4, "ftyp", "is a video or picture (MP4, MOV or HEIC)"),
          new Mark(0, "\u001aE\u00df\u00a3", "is a video (Matroska or WebM)"),
          new Mark(0, "RIFF", "is a video or sound (AVI or WAV)"),
          new Mark(0, "\u0089PNG", "is a picture (PNG)"),
          new Mark(0, "\u00ff\u00d8\u00ff", "is a picture (JPEG)"),
          new Mark(0, "%PDF", "is a PDF document"),
          new Mark(0, "\u007fELF", "is a program or library"));

  private static final Pattern HTML =
      Pattern.compile("<(!doctype|html|head|body|\\?xml|!--|svg).*", Pattern.DOTALL);
  private static final Pattern BYTE_ORDER = Pattern.compile("^(\\xff\\xfe|\\xfe\\xff)");
  private static final Pattern WORDS = Pattern.compile("[\\p{Print}\\s\\x80-\\xff]{8,}");

  /** The pickled number that opens checkpoints in the format before PyTorch 1.6. */
  private static final String OLD_TORCH = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\31.";

  private static final int SHOWN_BYTES = 12;
  private static final int SHOWN_WORDS = 80;

  private FileKind() {}

  /**
   * Whether a file may be a safetensors file: a header's length, then the header. The bytes of such
   * a length may be the mark of any other kind.
   */
  static boolean opensSafetensors(byte[] start) {
    return start.length > Long.BYTES
        && start[Long.BYTES] == '{'
        && headerBytes(start) >= 2
        && headerBytes(start) <= Integer.MAX_VALUE;
  }

  private static long headerBytes(byte[] start) {
    return ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /**
   * What a file is; empty if it may be a safetensors file or of {@code torch.save}, which those who
   * read them judge.
   *
   * @param start its first bytes, {@link #BYTES} if it has so many
   * @param size how many bytes it has
   */
  static Optional<String> foreign(byte[] start, long size) {
    if (opensSafetensors(start)) {
      long there = size - Long.BYTES;
      return headerBytes(start) <= there
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "is cut short: a safetensors file with a header of %d bytes, of which there are"
                      + " %d",
                  headerBytes(start),
                  there));
    }
    String text = new String(start, ISO_8859_1);
    if (text.startsWith("PK\3\4") || text.startsWith("PK\5\6")) {
      return foreignZip(start, text);
    }
    if (text.startsWith("\u0080") && text.contains(OLD_TORCH)) {
      return Optional.empty();
    }
    return MARKS.stream()
        .filter(mark -> text.startsWith(mark.text, mark.offset))
        .map(mark -> mark.what)
        .findFirst()
        .or(() -> tar(text))
        .or(() -> program(text))
        .or(() -> words(text))
        .or(() -> Optional.of(anything(start, size)));
  }

  /** A zip by its first entry; the archives of PyTorch begin with a pickle and compress nothing. */
  private static Optional<String> foreignZip(byte[] start, String text) {
    ByteBuffer header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    if (start.length < 30) {
      return Optional.empty();
    }
    int end = Math.min(start.length, 30 + (header.getShort(26) & 0xffff));
    String name = text.substring(30, end);
    if (name.endsWith(".npy")) {
      return Optional.of("is an archive of NumPy arrays (.npz)" + CONVERT);
    }
    boolean compressed = header.getShort(8) != 0;
    return compressed && !name.endsWith("data.pkl")
        ? Optional.of("is a zip of other files, the first of them " + Text.shown(name) + UNPACK)
        : Optional.empty();
  }

  private static Optional<String> tar(String text) {
    if (!text.startsWith("ustar", 257)) {
      return Optional.empty();
    }
    String first = text.substring(0, Math.max(0, text.indexOf('\0')));
    boolean torch = List.of("sys_info", "pickle", "tensors", "storages").contains(first);
    return Optional.of(
        torch
            ? "is in PyTorch's format before 0.1.10, which is not read: load it in PyTorch and save"
                + " it again"
            : "is a tar archive, the first file in it " + Text.shown(first) + UNPACK);
  }

  private static Optional<String> program(String text) {
    if (text.startsWith("\u0080") && text.length() > 1 && text.charAt(1) <= 5) {
      return Optional.of("is a bare pickle, not what torch.save writes" + CONVERT);
    }
    return text.startsWith("\b") && (text.contains("pytorch") || text.contains("onnx"))
        ? Optional.of("is an ONNX program" + CONVERT)
        : Optional.empty();
  }

  private static Optional<String> words(String text) {
    String words = BYTE_ORDER.matcher(text).find() ? text.substring(2).replace("\0", "") : text;
    words = words.startsWith("\u00ef\u00bb\u00bf") ? words.substring(3) : words;
    String lower = words.strip().toLowerCase(Locale.ROOT);
    if (HTML.matcher(lower).matches()) {
      return Optional.of(
          "is a web page, not the file that it may be about: download that itself (Hugging Face"
              + " gives it under /resolve/, not /blob/)");
    }
    if (!WORDS.matcher(words).matches()) {
      return Optional.empty();
    }
    String shown = words.strip();
    shown = Text.shown(shown.substring(0, Math.min(SHOWN_WORDS, shown.length())));
    return Optional.of(
        (lower.startsWith("{") || lower.startsWith("[")
                ? "is JSON, not weights: a server's answer or a configuration; it begins "
                : "is text, not weights: a server's answer or a note; it begins ")
            + shown);
  }

  private static String anything(byte[] start, long size) {
    if (size == 0) {
      return "is empty: it was not downloaded or copied";
    }
    if (start.length > Long.BYTES && headerBytes(start) == 0) {
      return "begins with zeros, as a download that broke off leaves it";
    }
    return "is not a safetensors file and not a PyTorch checkpoint: its "
        + size
        + " bytes begin with "
        + HexFormat.ofDelimiter(" ").formatHex(start, 0, Math.min(start.length, SHOWN_BYTES));
  }

  private record Mark(int offset, String text, String what) {}
}
