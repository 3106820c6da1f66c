package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.torch.TorchEngine;

class SafetensorsTest {

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void readsWhatItWrote() {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    tensors.put("weight", manager.create(new float[] {1, -2, 3.5f, 4, 5, 6}, new Shape(2, 3)));
    tensors.put("scalar", manager.create(7L));
    tensors.put("empty", manager.create(new Shape(0, 4)));
    Path file = folder.resolve("a.safetensors");

    Safetensors.write(file, tensors, Map.of("note", "say \"hi\" to Zoë"));

    Safetensors read = Safetensors.open(file);
    assertThat(read.metadata()).containsExactly(Map.entry("note", "say \"hi\" to Zoë"));
    assertThat(read.tensors().keySet()).containsExactly("weight", "scalar", "empty");
    tensors.forEach(
        (name, tensor) -> {
          NDArray back = read.read(name, manager);
          assertThat(back.getShape()).isEqualTo(tensor.getShape());
          assertThat(back.getDataType()).isEqualTo(tensor.getDataType());
          assertThat(back.toArray()).isEqualTo(tensor.toArray());
        });
  }

  @Test
  void arraysReadCanBeWrittenToAndDoNotChangeTheFile() {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", manager.ones(new Shape(4))), Map.of());

    Safetensors.open(file).read("x", manager).addi(1);

    assertThat(Safetensors.open(file).read("x", manager).toFloatArray())
        .containsExactly(1, 1, 1, 1);
  }

  @Test
  void replacesAFileWithoutLeavingATemporaryOne() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", manager.ones(new Shape(4))), Map.of());
    Safetensors.write(file, Map.of("y", manager.ones(new Shape(2))), Map.of());

    assertThat(Safetensors.open(file).tensors()).containsOnlyKeys("y");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void failedWriteLeavesTheOldFileAlone() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", manager.ones(new Shape(4))), Map.of());
    byte[] before = Files.readAllBytes(file);
    NDArray closed = manager.ones(new Shape(2));
    closed.close();

    assertThatThrownBy(() -> Safetensors.write(file, Map.of("y", closed), Map.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void namesAMissingFile() {
    Path file = folder.resolve("none.safetensors");
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(file + ": no such file");
  }

  @Test
  void namesAMissingTensor() {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", manager.ones(new Shape(4))), Map.of());
    assertThatThrownBy(() -> Safetensors.open(file).read("y", manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(file + ": has no tensor y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|lies at",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|lies at",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[-4,0]}}|lies at",
        "{'x':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|larger than 2 GiB or negative",
        "{'x':{'dtype':'F32','shape':[65536,65536,65536,65536],'data_offsets':[0,0]}}|larger than",
        "{'x':{'dtype':'F32','shape':[0,9223372036854775807],'data_offsets':[0,0]}}|larger than",
        "{'x':{'dtype':'Q4','shape':[1],'data_offsets':[0,4]}}|has type Q4",
        "{'x':{'dtype':'F32','shape':'no','data_offsets':[0,4]}}|damaged header",
        "{'x':{'dtype':'F32'}}|damaged header",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':"
            + "[9223372036854775807,-9223372036854775805]}}|lies at",
        "{'x':7}|damaged header",
        "{'x':null}|damaged header",
        "{'x':{'dtype':'F32','shape':[0],'data_offsets':[0,0]},"
            + "'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|two entries x",
        "{'__metadata__':{'a':'1','a':'2'}}|two entries a",
        "{'__metadata__':{},'__metadata__':{}}|two entries __metadata__",
        "{'__metadata__':{'a':7}}|no string at $.__metadata__.a",
        "{'__metadata__':{'a':['b']}}|no string at $.__metadata__.a",
        "{'__metadata__':null}|damaged header",
        "{'x':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},"
            + "'y':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}|tensor y begins at 2",
        "{'x':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
            + "'y':{'dtype':'U8','shape':[1],'data_offsets':[3,4]}}|tensor y begins at 3",
        "{'x':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}}|its tensors take 2",
        "{'x':{'dtype':'F32','shape':[NaN],'data_offsets':[0,4]}}|damaged header",
        "{'x':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}|damaged header",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4e0]}}|damaged header",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}}|at most 2 numbers",
        "{'x':{'dtype':'F32','shape':['1'],'data_offsets':[0,4]}}|at most 64 numbers",
        "{'x':{'dtype':'F32','shape':[1],'shape':[1],'data_offsets':[0,4]}}|a second or unknown",
        "{x:{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|damaged header",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} 7|damaged header",
        "[]|damaged header",
        "{{|damaged header"
      })
  void refusesDamagedHeaders(String header, String reason) throws IOException {
    Path file = folder.resolve("bad.safetensors");
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(json.length).put(json).array());

    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesBombsOfNestingAndOfNumbersShortly() throws IOException {
    for (String bomb : new String[] {"[".repeat(1_000_000), "[" + "1,".repeat(500_000)}) {
      Path file = folder.resolve("bomb.safetensors");
      byte[] json = ("{\"x\":{\"shape\":" + bomb).getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(file, bytes.putLong(json.length).put(json).array());

      assertThatThrownBy(() -> Safetensors.open(file))
          .isInstanceOf(WeightFileException.class)
          .hasMessageStartingWith(file + ": damaged header: ")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "4", "8", "20"})
  void refusesTruncatedFiles(int length) throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    Safetensors.write(whole, Map.of("x", manager.ones(new Shape(4))), Map.of());
    Path file = folder.resolve("cut.safetensors");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(file, Arrays.copyOf(bytes, length));

    assertThatThrownBy(() -> Safetensors.open(file)).isInstanceOf(WeightFileException.class);
  }

  @Test
  void refusesAHeaderLongerThanTheFile() throws IOException {
    Path file = folder.resolve("long.safetensors");
    Files.write(
        file,
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE).array());

    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("not a safetensors file");
  }

  @Test
  void verifiesWhatItWroteWithAChecksum() {
    Safetensors.open(checkedFile()).verify();
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 60, -1, -9})
  void findsAFlippedBitOfHeaderOrData(int position) throws IOException {
    Path file = checkedFile();
    byte[] bytes = Files.readAllBytes(file);
    bytes[position < 0 ? bytes.length + position : position] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> Safetensors.open(file).verify())
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": ");
  }

  @Test
  void findsPagesThatWereNeverWritten() throws IOException {
    Path file = checkedFile();
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length - 4096, bytes.length, (byte) 0);
    Files.write(file, bytes);

    assertThatThrownBy(() -> Safetensors.open(file).verify())
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("is damaged: its checksum is ");
  }

  @Test
  void cannotVerifyAFileWithoutChecksum() {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", manager.ones(new Shape(4))), Map.of());

    assertThatThrownBy(() -> Safetensors.open(file).verify())
        .isInstanceOf(WeightFileException.class)
        .hasMessage(file + ": has no checksum");
  }

  private Path checkedFile() {
    Path file = folder.resolve("checked.safetensors");
    Safetensors.writeChecked(
        file, Map.of("x", manager.ones(new Shape(3000))), Map.of("note", "\"mae4j.crc32c\":\""));
    return file;
  }

  @Test
  void aTypeThatIsNotReadStopsOnlyWhoAsksForIt() throws IOException {
    Path file = folder.resolve("float8.safetensors");
    String header =
        "{'x':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},"
            + "'scale':{'dtype':'F8_E4M3','shape':[1,2],'data_offsets':[3,5]}}";
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 5).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(json.length).put(json).put(new byte[] {1, 2, 3}).array());
    WeightFile read = WeightFile.open(file);

    assertThat(read.read("x", manager).toUint8Array()).containsExactly(1, 2, 3);
    Weights.Tensor scale = Weights.of(read).tensors().get("scale");
    assertThat(scale.shape()).isEqualTo(new Shape(1, 2));
    assertThatThrownBy(() -> scale.read(manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(
            "%s: tensor scale is of type F8_E4M3, which is not read: save it as float32 in PyTorch",
            file);
    assertThatThrownBy(() -> read.read("scale", manager)).isInstanceOf(WeightFileException.class);
  }

  @Test
  void writersOfOneFileDoNotDisturbOneAnother() throws Exception {
    Path file = folder.resolve("a.safetensors");
    ExecutorService writers = Executors.newFixedThreadPool(4);
    List<Future<?>> written = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Map<String, NDArray> tensors = Map.of("x", manager.full(new Shape(1000), i));
      written.add(writers.submit(() -> Safetensors.writeChecked(file, tensors, Map.of())));
    }
    writers.shutdown();
    for (Future<?> writing : written) {
      writing.get();
    }

    Safetensors.open(file).verify();
    assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void removesWhatKilledWritersLeftBesideAFileButNotWhatIsBeingWritten() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Path old = half("a.safetensors." + UUID.randomUUID() + ".tmp");
    Path fresh = half("a.safetensors." + UUID.randomUUID() + ".tmp");
    Path other = half("b.safetensors." + UUID.randomUUID() + ".tmp");
    Path alike = half("a.safetensors.mine.tmp");
    for (Path path : List.of(old, other, alike)) {
      Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(2, ChronoUnit.HOURS)));
    }

    Safetensors.write(file, Map.of("x", manager.ones(new Shape(4))), Map.of());

    assertThat(old).doesNotExist();
    assertThat(List.of(fresh, other, alike)).allMatch(Files::exists);
  }

  private Path half(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "half");
  }
}
