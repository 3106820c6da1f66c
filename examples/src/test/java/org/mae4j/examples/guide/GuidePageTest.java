package org.mae4j.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps what the pages show and what the programs are the same, and both short. */
class GuidePageTest {

  private static final Path PROGRAMS = Path.of("src/main/java/org/mae4j/examples/guide");
  private static final Path PAGE = Path.of("../docs/guide.md");
  private static final Path README = Path.of("../README.md");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final String MAIN = "public static void main(String[] arguments)";

  @Test
  void thePageHasEveryProgramAsItIs() throws IOException {
    List<String> shown = fences(PAGE);

    assertThat(programs()).hasSize(15);
    programs()
        .forEach(
            (name, source) -> {
              assertThat(shown).as(name).contains(source);
              assertThat(PAGE).content().contains("`examples/run " + usage(name, source) + "`");
            });
  }

  @Test
  void thePageHasNoProgramThatIsGone() throws IOException {
    assertThat(fences(PAGE).stream().filter(fence -> fence.contains(MAIN)))
        .isNotEmpty()
        .isSubsetOf(programs().values());
  }

  @Test
  void theReadmeBeginsWithWhatAProgramDoes() throws IOException {
    String first = fences(README).get(0);

    assertThat(first).contains("Models.loadVideoMae(modelFile", "VideoFolder.of(folder)");
    assertThat(programs().get("EmbedAFolder")).contains(first.indent(4));
    assertThat(first).startsWith("try (").endsWith("\n}\n");
  }

  @Test
  void everyProgramFitsOnAPage() throws IOException {
    programs()
        .forEach(
            (name, source) -> assertThat(source.lines()).as(name).hasSizeLessThanOrEqualTo(60));
  }

  @Test
  void theFirstProgramsAreShort() throws IOException {
    assertThat(code("EmbedAFolder")).hasSizeLessThanOrEqualTo(20);
    assertThat(imports("EmbedAFolder")).hasSizeLessThanOrEqualTo(8);
    assertThat(code("Neighbours")).hasSizeLessThanOrEqualTo(30);
    assertThat(imports("Neighbours")).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void aMaskingOfOnesOwnIsShort() throws IOException {
    List<String> lines = programs().get("OwnMasking").lines().toList();
    int first = lines.indexOf("  record KeepTheStill(double kept) implements ContentMasking {");
    int last = lines.subList(first, lines.size()).indexOf("  }");
    assertThat(first).isPositive();
    assertThat(last + 1).isBetween(10, 25);
  }

  @Test
  void aDecoderOfOnesOwnIsShort() throws IOException {
    String decoder = Files.readString(PROGRAMS.resolve("CrossDecoder.java"));
    assertThat(fences(PAGE)).contains(decoder);
    assertThat(decoder.lines()).hasSizeLessThanOrEqualTo(60);
  }

  @Test
  void latentTargetsAreShort() throws IOException {
    assertThat(code("LatentTargets")).hasSizeLessThanOrEqualTo(40);
  }

  /** Without package, imports, comments and blank lines. */
  private static List<String> code(String name) throws IOException {
    return programs()
        .get(name)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.matches("(package|import|//|/\\*|\\*).*"))
        .toList();
  }

  private static List<String> imports(String name) throws IOException {
    return programs().get(name).lines().filter(l -> l.startsWith("import org.mae4j.")).toList();
  }

  /** What a program says of its arguments when it gets too few. */
  private static String usage(String name, String source) {
    Matcher required =
        Pattern.compile("Usage\\.require\\(\\s*arguments,([^;]*)\\);").matcher(source);
    assertThat(required.find()).as(name).isTrue();
    return String.join(
        " ",
        Pattern.compile("\"([^\"]*)\"")
            .matcher(required.group(1))
            .results()
            .map(word -> word.group(1))
            .toList());
  }

  /** The source of each by its name. */
  private static Map<String, String> programs() throws IOException {
    Map<String, String> programs = new TreeMap<>();
    try (Stream<Path> files = Files.list(PROGRAMS)) {
      for (Path file : files.toList()) {
        String source = Files.readString(file);
        if (source.contains(MAIN)) {
          programs.put(file.getFileName().toString().replace(".java", ""), source);
        }
      }
    }
    return programs;
  }

  private static List<String> fences(Path page) throws IOException {
    List<String> fences = new ArrayList<>();
    Matcher matcher = FENCE.matcher(Files.readString(page));
    while (matcher.find()) {
      fences.add(matcher.group(1));
    }
    return fences;
  }
}
