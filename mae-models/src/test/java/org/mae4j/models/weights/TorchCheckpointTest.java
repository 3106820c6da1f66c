package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.Golden;
import org.mae4j.models.torch.TorchEngine;

class TorchCheckpointTest {

  @TempDir private Path folder;

  static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TorchCheckpointTest.class.getResource("/weights/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "c_video_vit, weights",
    "f_image_mae, weights",
    "f_image_vit, weights_cls",
    "f_image_vit, weights_gap"
  })
  void holdsBitForBitWhatTheSafetensorsBesideItHolds(String golden, String name) {
    WeightFile pickled = WeightFile.open(Golden.of(golden).file(name + ".pth"));
    WeightFile expected = WeightFile.open(Golden.of(golden).file(name + ".safetensors"));

    assertThat(pickled.tensors()).isEqualTo(expected.tensors());
    pickled
        .tensors()
        .keySet()
        .forEach(key -> assertThat(pickled.data(key)).as(key).isEqualTo(expected.data(key)));
  }

  /** Views, half and double precision, parameters, as PyTorch 2.7.1 wrote them. */
  @Test
  void readsViewsAndAllPrecisions() {
    WeightFile pickled = WeightFile.open(resource("tiny.pth"));
    WeightFile expected = WeightFile.open(resource("tiny.safetensors"));

    assertThat(pickled.tensors())
        .containsExactlyInAnyOrderEntriesOf(expected.tensors())
        .containsKeys("prefixed", "transposed", "row", "parameter");
    pickled
        .tensors()
        .keySet()
        .forEach(key -> assertThat(pickled.data(key)).as(key).isEqualTo(expected.data(key)));
    try (NDManager manager = TorchEngine.newManager()) {
      for (String name : new String[] {"half", "brain", "double"}) {
        NDArray single = pickled.readFloat32(name, manager);
        assertThat(single.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(single).isEqualTo(expected.readFloat32(name, manager));
      }
      assertThat(pickled.read("brain", manager).abs().max().getFloat()).isBetween(0.1f, 5f);
      assertThat(pickled.read("count", manager).getLong()).isEqualTo(7);
      assertThatThrownBy(() -> pickled.readFloat32("count", manager))
          .isInstanceOf(WeightFileException.class)
          .hasMessageContaining("tensor count must be floating, but is");
    }
  }

  @Test
  void tellsNumbersAndArguments() {
    assertThat(WeightFile.open(resource("tiny.pth")).metadata())
        .containsEntry("epoch", "12")
        .containsEntry("args.lr", "1.0E-4")
        .containsEntry("args.model", "tiny")
        .containsEntry("args.resume", "false");
  }

  /**
   * As PyTorch 2.15 wrote them: objects of numpy, datetime, enum, collections, torch and of classes
   * of its own, tensors of all kinds, a list and a dictionary that contain themselves.
   */
  @ParameterizedTest
  @ValueSource(strings = {"beside2.pth", "beside5.pth"})
  void readsTensorsBesideAnythingElse(String name) {
    WeightFile file = WeightFile.open(resource(name));

    requireTensors(file);
    assertThat(file.metadata())
        .containsEntry("epoch", "3")
        .containsEntry("args.lr", "1.0E-4")
        .containsEntry("args.model", "tiny");
  }

  /** The same tensors as PyTorch wrote them before 1.6, and still does where it is told to. */
  @Test
  void readsTheFormatBeforeTorchSix() {
    requireTensors(WeightFile.open(resource("legacy.pth")));
  }

  private static void requireTensors(WeightFile file) {

    for (String same : List.of("plain", "sub", "param", "paramstate", "buffer")) {
      assertThat(floats(file, same)).as(same).containsExactly(0, 1, 2, 3, 4, 5);
    }
    assertThat(floats(file, "expanded")).containsExactly(7, 7, 7, 7, 7, 7);
    assertThat(floats(file, "overlap")).containsExactly(0, 1, 1, 2, 2, 3);
    assertThat(floats(file, "attr")).containsExactly(0, 1, 2, 3);
    assertThat(file.tensors().get("empty").shape()).isEqualTo(new Shape(0, 3));
  }

  private static float[] floats(WeightFile file, String name) {
    ByteBuffer data = file.data(name);
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  /** Where a model has such a tensor, too, it is told what it is and not that it is missing. */
  @ParameterizedTest
  @CsvSource({
    "f8, 4, float8_e4m3fn",
    "u16, 4, uint16",
    "complex, 4, ComplexFloatStorage",
    "neg, 4, 'FloatStorage, negated or conjugated later'",
    "q, 4, QInt8Storage",
    "meta, 4, meta",
    "sparse, '4,4', sparse",
    "csr, '4,4', sparse"
  })
  void namesTheTypeOfATensorThatIsAskedForAndNotRead(String name, String shape, String type) {
    WeightFile file = WeightFile.open(resource("beside5.pth"));
    long[] sides = Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
    Weights.Tensor tensor = Weights.of(file).tensors().get(name);

    assertThat(tensor.shape()).isEqualTo(new Shape(sides));
    try (NDManager manager = TorchEngine.newManager()) {
      assertThatThrownBy(() -> tensor.read(manager))
          .isInstanceOf(WeightFileException.class)
          .hasMessageContaining("." + name + " is of type " + type + ", which is not read");
    }
  }

  /** A whole module is not built either, but its tensors are where their names say. */
  @Test
  void readsTheTensorsOfAPickledModule() {
    WeightFile file = WeightFile.open(resource("module.pth"));

    assertThat(file.tensors().keySet())
        .containsExactly("pos", "a.weight", "a.bias", "b.0.weight", "b.0.bias");
    assertThat(floats(file, "pos")).containsExactly(0, 1, 2, 3);
  }

  @Test
  void neverRunsWhatStandsBesideTheTensors() throws IOException {
    Path victim = folder.resolve("victim");
    String command = "touch " + victim;
    String view = tensor("0", 7, number(0), "K\7\205K\1\205");
    String evil = "U\4evilcos\nsystem\nU" + (char) command.length() + command + "\205Rs.";
    Path file =
        zip("a/data.pkl", view.substring(0, view.length() - 1) + evil, "a/data/0", "1234567");

    assertThat(WeightFile.open(file).tensors()).containsOnlyKeys("w");
    assertThat(victim).doesNotExist();
  }

  static Stream<Arguments> malicious() {
    return Stream.of(
        Arguments.of("cos\nsystem\nX\4\0\0\0true\205R.", "os.system"),
        Arguments.of("cbuiltins\neval\nX\1\0\0\0001\205R.", "builtins.eval"),
        Arguments.of("c__builtin__\nexec\n.", "holds no tensors"),
        Arguments.of("X\2\0\0\0osX\6\0\0\0system\223)R.", "os.system"),
        Arguments.of("ctorch\nload\n)\201.", "torch.load"),
        Arguments.of("ctorch._utils\n_rebuild_tensor_v2\n(ctorch\nhub\nNNNtR.", "holds no tensors"),
        Arguments.of("(cposix\nsystem\nX\1\0\0\0xo.", "operation 0x6f"),
        Arguments.of("i" + "os\nsystem\n.", "operation 0x69"),
        Arguments.of("}X\1\0\0\0aPid\ns.", "operation 0x50"),
        Arguments.of("X\377\377\377\177a.", "2147483647 bytes where 2 are left"),
        Arguments.of("X\377\377\377\377a.", "4294967295 bytes where 2 are left"),
        Arguments.of("]q\0h\0h\1.", "recalls 1"),
        Arguments.of("}]]s.", "holds no tensors"),
        Arguments.of("}(K\1u.", "a key without a value"),
        Arguments.of("e.", "did not begin"),
        Arguments.of("R.", "more than there is on its stack"),
        Arguments.of("K\1K\1R.", "what it is not"),
        Arguments.of("NNR.", "what it is not"),
        Arguments.of("]", "ends in the middle"),
        Arguments.of("\200\1.", "protocol 1"),
        Arguments.of("K\1.", "holds no tensors"),
        Arguments.of(
            "(ccollections\nOrderedDict\nq\0(X\1\0\0\0aK\1\206" + "h\0".repeat(1), "ends in the"),
        Arguments.of("}".repeat(1_000_001), "more than 1000000 steps"),
        Arguments.of("N" + "\205".repeat(1_000_001), "more than 1000000 steps"),
        Arguments.of(
            tensor("0", 7, number(0), ("(" + "K\1".repeat(65) + "t").repeat(2)), "65 dimensions"),
        Arguments.of("\212\21" + "\177".repeat(17) + ".", "holds no tensors"),
        Arguments.of(sharedSizes(), "more than 1000000 steps"),
        Arguments.of(tensor("k".repeat(65), 7, number(0), "K\1\205"), "of the long name kkk"),
        Arguments.of(copyBomb(), "more than 1000000 steps"),
        Arguments.of(
            "(X\7\0\0\0storageX\1\0\0\0fX\1\0\0\0000X\3\0\0\0cpuK\1tQ.", "holds no tensors"));
  }

  /** Tensors of 64 dimensions each, all of one tuple. */
  private static String sharedSizes() {
    return "("
        + "K\1".repeat(64)
        + "tq\0"
        + "(X\7\0\0\0storagectorch\nByteStorage\nU\0010U\3cpuK\7tQq\1"
        + "]("
        + "ctorch._utils\n_rebuild_tensor_v2\n(h\1K\0h\0h\0tR".repeat(10_000)
        + "e.";
  }

  /** One list of pairs, made into dictionaries again and again. */
  private static String copyBomb() {
    return "]("
        + "K\1K\1\206".repeat(10_000)
        + "eq\0"
        + "ccollections\nOrderedDict\nq\1"
        + "h\1h\0\205R".repeat(100)
        + ".";
  }

  @ParameterizedTest
  @MethodSource("malicious")
  void refusesByName(String pickle, String offender) throws IOException {
    Path file = zip("archive/data.pkl", pickle);

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(offender);
  }

  /** Numbers of two types with one hash, which no table of Java's puts in order. */
  @Test
  @Timeout(20)
  void manyKeysOfOneHashAreAsFastAsOthers() throws IOException {
    StringBuilder items = new StringBuilder("}(");
    for (long i = 1; i < 60_000; i++) {
      ByteBuffer key = ByteBuffer.allocate(Long.BYTES).putLong(i << 32 | i);
      String big = new String(key.array(), StandardCharsets.ISO_8859_1);
      items.append("G").append(big).append("N\212\10");
      items.append(new StringBuilder(big).reverse()).append('N');
    }
    Path file = zip("archive/data.pkl", items + "u.");

    assertThatThrownBy(() -> WeightFile.open(file)).hasMessageContaining("holds no tensors");
  }

  /** One long name for many tensors would take its length each time. */
  @Test
  void passesOverLongNamesOfTensorsBeforeTheyAreMade() throws IOException {
    String view = tensor("0", 7, number(0), "K\7\205K\1\205").substring(7);
    String name = "X" + "\0\377\0\0" + "n".repeat(0xff00);
    String many = "}" + name + "q\7" + view.substring(0, view.length() - 2) + "q\10s0]q\11(";
    Path file = zip("a/data.pkl", many + "}h\7h\10s".repeat(100_000) + "e.", "a/data/0", "1234567");

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("holds no tensors");
  }

  @Test
  void aTableLargerThanTheHeapIsRefused() throws IOException {
    Path file = folder.resolve("table.pth");
    long size = Runtime.getRuntime().maxMemory() / 16 + 1;
    ByteBuffer end = ByteBuffer.allocate(76 + 22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(0x06064b50).putLong(44).position(40);
    end.putLong(size).putLong(4).putInt(0x07064b50).putInt(0).putLong(4 + size).putInt(1);
    end.putInt(0x06054b50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("PK\3\4".getBytes(StandardCharsets.ISO_8859_1)), 0);
      channel.write(end.rewind(), 4 + size);
    }

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(size + " bytes is more than this heap allows");
  }

  @Test
  void deepNestingIsNoDeepRecursion() throws IOException {
    Path file = zip("archive/data.pkl", "]".repeat(100_000) + "a".repeat(99_999) + ".");

    assertThatThrownBy(() -> WeightFile.open(file)).hasMessageContaining("holds no tensors");
  }

  @ParameterizedTest
  @CsvSource({"../../etc/passwd, unsafe name", "/etc/passwd, unsafe name", "x/y, no data.pkl"})
  void refusesUnsafeEntries(String name, String reason) throws IOException {
    Path file = zip(name, "}.");

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesCompressedEntriesWhichCouldBeBombs() throws IOException {
    Path file = folder.resolve("bomb.pth");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(new byte[10_000_000]);
    }

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("entry archive/data.pkl is compressed");
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 3, 1, 7", "1, 100, 1, 1, 7", "0, -1, 1, 1, 7", "7, 1, 1, 1, 7"})
  void refusesViewsBeyondTheirStorage(int offset, int rows, int stride, int columns, int elements)
      throws IOException {
    String sizes = number(rows) + number(columns) + "\206" + number(stride) + number(1) + "\206";
    String view = tensor("0", elements, number(offset), sizes);
    Path file = zip("archive/data.pkl", view, "archive/data/0", "1234567");

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("tensor w")
        .hasMessageContaining("storage of 7 values");
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 1, 2", "1, 2, 2, 1", "2, 1, 1, 1"})
  void refusesAnOffsetThatOverflows(int rows, int columns, int rowStride, int columnStride)
      throws IOException {
    String sizes =
        number(rows) + number(columns) + "\206" + number(rowStride) + number(columnStride) + "\206";
    String offset = "\212\10" + "\377".repeat(7) + "\177";
    String view = tensor("0", 7, offset, sizes);
    Path file = zip("archive/data.pkl", view, "archive/data/0", "1234567");

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("offset 9223372036854775807 does not lie within its storage");
  }

  /** A list could grow after its length was checked. */
  @Test
  void keepsTheSizesThatAViewWasMadeWith() throws IOException {
    String view = tensor("0", 7, number(0), "h\0K\1\205");
    String pickle = "]q\0K\7a0" + view.substring(0, view.length() - 1) + "h\0K\7a0.";
    Path file = zip("archive/data.pkl", pickle, "archive/data/0", "1234567");

    assertThat(WeightFile.open(file).tensors().get("w").shape()).isEqualTo(new Shape(7));
  }

  @Test
  void refusesSidesThatNoEngineTakesThoughThereIsNoValue() throws IOException {
    String sides = number(Integer.MAX_VALUE) + number(Integer.MAX_VALUE) + number(0) + "\207";
    String view = tensor("0", 7, number(0), sides + "K\1K\1K\1\207");
    Path file = zip("archive/data.pkl", view, "archive/data/0", "1234567");

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("tensor w of shape [2147483647, 2147483647, 0] is larger than 2 GiB");
  }

  @Test
  void refusesLongNamesOfEntries() throws IOException {
    Path file = zip("a".repeat(500) + "/data.pkl", "}.");

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("too long a name, aaa");
  }

  /** A dictionary of one tensor w of bytes; sizes are its shape and, unless it is cut, strides. */
  private static String tensor(String key, int elements, String offset, String sizes) {
    return "}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nByteStorage\nU"
        + (char) key.length()
        + key
        + "X\3\0\0\0cpu"
        + number(elements)
        + "tQ"
        + offset
        + sizes
        + "\211}tRs.";
  }

  private static String number(int value) {
    return "J"
        + (char) (value & 0xff)
        + (char) (value >> 8 & 0xff)
        + (char) (value >> 16 & 0xff)
        + (char) (value >>> 24);
  }

  @Test
  void refusesAnEntryThatClaimsMoreThanTheFileHas() throws IOException {
    int claimed = 1_000_000_000;
    String view = tensor("0", claimed, number(0), number(claimed) + "\205K\1\205");
    Path file = zip("archive/data.pkl", view, "archive/data/0", "1234567");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int entry = bytes.limit();
    do {
      entry--;
    } while (bytes.getInt(entry - Integer.BYTES) != 0x02014b50);
    entry -= Integer.BYTES;
    Files.write(file, bytes.putInt(entry + 20, claimed).putInt(entry + 24, claimed).array());

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("entry archive/data/0 claims 1000000000 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "data.pkl, cannot be read: it is damaged",
    "data/0, is damaged: the checksum of bytes"
  })
  void comparesTheChecksumsOfPickleAndValues(String entry, String reason) throws IOException {
    String view = tensor("0", 7, number(0), "K\3\205K\1\205");
    Path file = zip("a/data.pkl", view + " ", "a/data/0", "1234567");
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = entry.equals("data/0") ? text.indexOf("4567") : text.indexOf("s. ") + 2;
    bytes[at] ^= 0x40;
    Files.write(file, bytes);

    assertThatThrownBy(() -> WeightFile.open(file).data("w"))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(reason);
  }

  /** As {@code torch.serialization.set_crc32_options(False)} has it. */
  @Test
  void aChecksumThatWasNotComputedIsNotCompared() throws IOException {
    String view = tensor("0", 7, number(0), "K\7\205K\1\205");
    Path file = zip("a/data.pkl", view, "a/data/0", "1234567");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes.limit() - Integer.BYTES; i++) {
      if (bytes.getInt(i) == 0x02014b50) {
        bytes.putInt(i + 16, 0);
      }
    }
    Files.write(file, bytes.array());

    assertThat(WeightFile.open(file).data("w").remaining()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"21, the pickle ends in the middle", "-3, it is cut short"})
  void refusesTheFormatBeforeTorchSixWhereItIsCut(int length, String reason) throws IOException {
    byte[] bytes = Files.readAllBytes(resource("legacy.pth"));
    Path file = folder.resolve("cut.pth");
    Files.write(file, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void acceptsDotsInTheNameOfAFolder() throws IOException {
    String view = tensor("0", 7, number(0), "K\7\205K\1\205");
    Path file = zip("run..3/data.pkl", view, "run..3/data/0", "1234567");

    assertThat(WeightFile.open(file).tensors()).containsOnlyKeys("w");
  }

  /** Some mirrors fill files up; PyTorch reads them, too. */
  @Test
  void readsAFileWithBytesBehindItsEnd() throws IOException {
    Path file = Files.copy(resource("tiny.pth"), folder.resolve("longer.pth"));
    Files.write(file, new byte[100], StandardOpenOption.APPEND);

    assertThat(WeightFile.open(file).tensors())
        .isEqualTo(WeightFile.open(resource("tiny.pth")).tensors());
  }

  @Test
  void refusesAStorageThatIsAbsent() throws IOException {
    Path file = folder.resolve("cut.pth");
    byte[] bytes = Files.readAllBytes(resource("tiny.pth"));
    Files.write(file, bytes);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": cannot be read: ");
  }

  /** Stored entries; texts are Latin-1, so that any byte can be written. */
  private Path zip(String... namesAndTexts) throws IOException {
    Path file = folder.resolve("file.pth");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        byte[] data = namesAndTexts[i + 1].getBytes(StandardCharsets.ISO_8859_1);
        ZipEntry entry = new ZipEntry(namesAndTexts[i]);
        CRC32 crc = new CRC32();
        crc.update(data);
        entry.setCrc(crc.getValue());
        entry.setSize(data.length);
        zip.putNextEntry(entry);
        zip.write(data);
      }
    }
    return Files.write(file, bytes.toByteArray());
  }
}
