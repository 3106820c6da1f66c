package lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on models shows code that stands in this package, whose tests run it. */
class ModelsPageTest {

  @Test
  void showsOnlyCodeThatIsRun() throws IOException {
    StringBuilder here = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("src/test/java/lab"))) {
      for (Path file : files.sorted().toList()) {
        here.append(code(Files.readString(file)));
      }
    }
    List<String> shown =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs/models.md")))
            .results()
            .map(block -> code(block.group(1)))
            .toList();

    assertThat(shown).hasSize(9);
    assertThat(shown).allSatisfy(block -> assertThat(here).contains(block));
  }

  private static String code(String text) {
    return text.replaceAll("\\s+", "");
  }
}
