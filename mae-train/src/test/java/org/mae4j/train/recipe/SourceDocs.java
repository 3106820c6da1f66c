package org.mae4j.train.recipe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the sources say of types in their Javadoc, without its tags. */
final class SourceDocs {

  private static final List<String> MODULES = List.of("mae-api", "mae-models", "mae-train");

  private final Path root;

  private SourceDocs(Path root) {
    this.root = root;
  }

  /** Those above the working directory; none where only the classes are there. */
  static Optional<SourceDocs> find() {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.isDirectory(root.resolve("mae-api/src/main/java"))) {
      root = root.getParent();
    }
    return Optional.ofNullable(root).map(SourceDocs::new);
  }

  /** The folder of the pages. */
  Path docs() {
    return root.resolve("docs");
  }

  /** The first sentence about a type. */
  String type(Class<?> type) {
    String comment = comment(type, "(?:record|enum) " + type.getSimpleName());
    return plain(comment.split("@param|<p>|\\.\\s", 2)[0]).replaceAll("\\.$", "") + ".";
  }

  /** What is said of a record's component; empty if nothing. */
  String component(Class<?> record, String name) {
    String comment = comment(record, "record " + record.getSimpleName());
    Matcher tag =
        Pattern.compile("@param " + name + " (.*?)(?=@param|$)", Pattern.DOTALL).matcher(comment);
    return tag.find() ? plain(tag.group(1)) : "";
  }

  /** What is said of a constant. */
  String constant(Enum<?> constant) {
    return plain(comment(constant.getDeclaringClass(), constant.name()));
  }

  private String comment(Class<?> type, String declared) {
    Class<?> file = type;
    while (file.getEnclosingClass() != null) {
      file = file.getEnclosingClass();
    }
    String source = source(file);
    Matcher found =
        Pattern.compile(
                "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:(?:public|static|final) )*"
                    + declared
                    + "\\b(?=[\\s(,;{<])",
                Pattern.DOTALL)
            .matcher(source);
    if (!found.find()) {
      throw new AssertionError(file + " has no comment on " + declared);
    }
    return found.group(1).replaceAll("(?m)^\\s*\\* ?", "");
  }

  private String source(Class<?> type) {
    String path = "src/main/java/" + type.getName().replace('.', '/') + ".java";
    for (String module : MODULES) {
      Path file = root.resolve(module).resolve(path);
      if (Files.exists(file)) {
        try {
          return Files.readString(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    throw new AssertionError("no source of " + type);
  }

  private static String plain(String comment) {
    return comment
        .replaceAll("\\{@code ([^}]*)}", "$1")
        .replaceAll("\\{@link(?:plain)? [^ }]+\\s+([^}]*)}", "$1")
        .replaceAll("\\{@link(?:plain)? #?(?:\\w+\\.)*(\\w+)#([^}]*)}", "$1.$2")
        .replaceAll("\\{@link(?:plain)? #?([^}]*)}", "$1")
        .replaceAll("</?\\w+>", "")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
