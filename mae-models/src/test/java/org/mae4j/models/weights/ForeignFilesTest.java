package org.mae4j.models.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for weights and is something else is told what it is. */
class ForeignFilesTest {

  @TempDir private Path folder;

  static Stream<Arguments> kinds() throws IOException {
    String page = "<!DOCTYPE html>\n<html>" + " ".repeat(3000) + "</html>";
    return Stream.of(
        Arguments.of("", "is empty"),
        Arguments.of("abc", "begin with 61 62 63"),
        Arguments.of("\0".repeat(4096), "begins with zeros"),
        Arguments.of(
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2582\n",
            "is a Git LFS pointer"),
        Arguments.of(page, "is a web page"),
        Arguments.of("\u00ef\u00bb\u00bf\r\n  " + page, "is a web page"),
        Arguments.of("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "is a web page"),
        Arguments.of("\u00ff\u00fe<\0!\0D\0O\0C\0T\0Y\0P\0E\0 \0", "is a web page"),
        Arguments.of("{\"error\":\"Repository not found\"}", "is JSON, not weights: a server's"),
        Arguments.of("  [1, 2, 3, 4, 5]", "is JSON"),
        Arguments.of("Entry not found", "begins Entry not found"),
        Arguments.of("Invalid username or password.", "is text, not weights: a server's answer"),
        Arguments.of(
            "\u001f\u008b\b\0\0\0\0\0\0\u00ff" + "x".repeat(600), "is a gzip archive: unpack it"),
        Arguments.of("\u00fd7zXZ\0\0\4\u00e6", "is an xz archive"),
        Arguments.of("BZh91AY&SY\u0001\u0002", "is a bzip2 archive"),
        Arguments.of("7z\u00bc\u00af'\u001c\0\4abc", "is a 7-Zip archive"),
        Arguments.of("(\u00b5/\u00fd\4\0abcdef", "is a Zstandard archive"),
        Arguments.of("model.pth" + "\0".repeat(248) + "ustar\00000", "is a tar archive, the first"),
        Arguments.of("sys_info" + "\0".repeat(249) + "ustar\00000", "PyTorch's format before 0.1"),
        Arguments.of("\u0089HDF\r\n\u001a\n\0\0", "is HDF5, as Keras writes it"),
        Arguments.of("\u0093NUMPY\1\0v\0{'descr'", "is one NumPy array"),
        Arguments.of("GGUF\3\0\0\0\0\0\0\0", "is a GGUF file"),
        Arguments.of("\b\7\u0012\7pytorch\u001a\0052.1.0", "is an ONNX program"),
        Arguments.of("\u001c\0\0\0TFL3\u0014\0", "is a TensorFlow Lite program"),
        Arguments.of("\u0080\4\u0095\20\0\0\0\0\0\0\0}\u0094.", "is a bare pickle"),
        Arguments.of("\0\0\0\30ftypmp42\0\0", "is a video"),
        Arguments.of("\u0089PNG\r\n\u001a\n", "is a picture (PNG)"),
        Arguments.of("\u0010\u00fe\u00dc\u00ba".repeat(8), "its 32 bytes begin with 10 fe dc ba"),
        Arguments.of(zip("arr_0.npy", true), "is an archive of NumPy arrays"),
        Arguments.of(zip("metadata.json", true), "the first of them metadata.json: unpack it"),
        Arguments.of(zip("run/model.pth", false), "a zip of other files"),
        Arguments.of(zip("\u001b[31mred\n", true), "the first of them \\u001b[31mred\\n"));
  }

  private static String zip(String name, boolean compressed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry(name);
      if (!compressed) {
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(0);
        entry.setCrc(0);
      }
      zip.putNextEntry(entry);
    }
    return bytes.toString(ISO_8859_1);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void saysWhatAFileIs(String text, String what) throws IOException {
    for (String name : new String[] {"model.pth", "model.safetensors"}) {
      Path file = Files.write(folder.resolve(name), text.getBytes(ISO_8859_1));
      assertRefused(file, what);
    }
  }

  /** A header's length may be the mark of anything. */
  @ParameterizedTest
  @ValueSource(ints = {0x4b50, 0x8b1f, 0x685a42, 0x504e89})
  void takesNoLengthOfAHeaderForAMark(int length) throws IOException {
    String json = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    ByteBuffer bytes = ByteBuffer.allocate(12 + length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put((json + " ".repeat(length - json.length())).getBytes(ISO_8859_1));
    Path file = Files.write(folder.resolve("file"), bytes.array());

    assertThat(WeightFile.open(file).tensors()).containsOnlyKeys("x");
    assertRefused(
        Files.write(folder.resolve("cut"), Arrays.copyOf(bytes.array(), 600)),
        "is cut short: a safetensors file with a header of " + length + " bytes, of which there");
    assertRefused(
        Files.write(folder.resolve("cut"), Arrays.copyOf(bytes.array(), length + 10)),
        "lies at 0 to 4 of 2 bytes of data: the file is cut short");
  }

  @Test
  void saysThatADownloadOfAZipBrokeOff() throws IOException {
    byte[] whole = Files.readAllBytes(TorchCheckpointTest.resource("tiny.pth"));
    Path file = Files.write(folder.resolve("cut.pth"), Arrays.copyOf(whole, 700));

    assertRefused(file, "is cut short");
  }

  @Test
  void saysThatAProgramIsOne() throws IOException {
    Path file = folder.resolve("program.pt");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : new String[] {"p/data.pkl", "p/code/__torch__.py", "p/constants.pkl"}) {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(0);
        entry.setCrc(0);
        zip.putNextEntry(entry);
      }
    }

    assertRefused(file, "is a TorchScript program, which is not run: save its weights");
  }

  @Test
  void unpackedItIsRead() throws IOException {
    Path packed = folder.resolve("tiny.pth.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(TorchCheckpointTest.resource("tiny.pth"), out);
    }

    assertRefused(packed, "is a gzip archive: unpack it");
  }

  @Test
  void saysWhatAFolderLacks() {
    assertRefused(folder, "is a folder without any of [model.safetensors.index.json,");
  }

  private static void assertRefused(Path file, String what) {
    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(what)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000).doesNotContain("\n"));
  }
}
