package org.mae4j.examples.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.weights.Safetensors;

class SettingsFileTest {

  private static final SettingsFile<Settings> FILE = new SettingsFile<>("Example", Settings.class);
  private static final Settings SETTINGS = new Settings("some/where", 2);

  @TempDir Path folder;

  @Test
  void readsWhatItWrote() {
    FILE.write(folder, SETTINGS);

    assertThat(FILE.read(folder)).isEqualTo(SETTINGS);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "null",
        "[]",
        "\0\0\0",
        "{\"example\":[]}",
        "{\"example\":\"Example\"}",
        "{\"example\":\"Example\",\"videos\":\"x\",\"threads\":\"many\"}",
      })
  void aDamagedFileIsReadFromTheNewestCheckpoint(String damaged) throws IOException {
    Files.writeString(folder.resolve("run.json"), damaged);
    checkpoint(SETTINGS);

    assertThat(FILE.read(folder)).isEqualTo(SETTINGS);
  }

  @Test
  void bytesThatAreNoTextAreDamageToo() throws IOException {
    Files.write(folder.resolve("run.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
    checkpoint(SETTINGS);

    assertThat(FILE.read(folder)).isEqualTo(SETTINGS);
  }

  @Test
  void aLostFileIsReadFromTheNewestCheckpoint() throws IOException {
    checkpoint(SETTINGS);

    assertThat(FILE.read(folder)).isEqualTo(SETTINGS);
  }

  @Test
  void saysTheWayOnWhereNothingKnowsTheSettings() throws IOException {
    Path file = Files.writeString(folder.resolve("run.json"), "");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> FILE.read(folder))
        .withMessage(
            file
                + " is damaged, and no checkpoint has a copy of it: write it anew, a JSON object"
                + " of videos, threads and example, which is Example");
    assertThat(folder).isDirectoryNotContaining("glob:**checkpoints");
  }

  @Test
  void refusesTheRunOfAnotherExampleWhereverThatIsSaid() throws IOException {
    new SettingsFile<>("Other", Settings.class).write(folder, SETTINGS);
    String message = folder + " holds a run of Other, which alone can go on with it";

    assertThatIllegalArgumentException().isThrownBy(() -> FILE.read(folder)).withMessage(message);

    checkpoint(new SettingsFile<>("Other", Settings.class).addedTo(Map.of(), SETTINGS));
    Files.delete(folder.resolve("run.json"));
    assertThatIllegalArgumentException().isThrownBy(() -> FILE.read(folder)).withMessage(message);
  }

  private void checkpoint(Settings settings) throws IOException {
    checkpoint(FILE.addedTo(Map.of(), settings));
  }

  private void checkpoint(Map<String, String> metadata) throws IOException {
    Path checkpoints = Files.createDirectories(folder.resolve(SettingsFile.CHECKPOINTS));
    Safetensors.writeChecked(
        checkpoints.resolve("checkpoint-00000001.safetensors"), Map.of(), metadata);
  }

  private record Settings(String videos, int threads) {

    private Settings {
      Checks.atLeast(1, threads, "threads");
    }
  }
}
