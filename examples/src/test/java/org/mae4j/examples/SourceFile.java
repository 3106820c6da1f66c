package org.mae4j.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One Java file of a module, as far as its structure goes.
 *
 * @param packageName as declared
 * @param type the top-level type, which has the file's name
 * @param code the file without comments and texts
 * @param lines of the file, comments included
 */
record SourceFile(String packageName, String type, String code, int lines) {

  /** What names nothing: text blocks, texts, characters and comments. */
  private static final Pattern SILENT =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\n])++'"
              + "|//[^\n]*|/\\*(?s:.*?)\\*/");

  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+);");
  private static final Pattern WORD = Pattern.compile("\\b[A-Z]\\w*");
  private static final Pattern PUBLIC =
      Pattern.compile("(?m)^public ([a-z-]+ )*(class|interface|enum|record|@interface) ");
  private static final Pattern PERMITS = Pattern.compile("(?s)\\bpermits ([^{]*)\\{");

  static SourceFile read(Path file) {
    try {
      String text = Files.readString(file);
      String code = SILENT.matcher(text).replaceAll(" ");
      Matcher declared = PACKAGE.matcher(code);
      String name = file.getFileName().toString().replace(".java", "");
      return new SourceFile(
          declared.find() ? declared.group(1) : "", name, code, (int) text.lines().count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String fullName() {
    return packageName + "." + type;
  }

  boolean isPackageInfo() {
    return type.equals("package-info");
  }

  boolean isPublic() {
    return PUBLIC.matcher(code).find();
  }

  boolean isInternal() {
    return Arrays.asList(packageName.split("\\.")).contains("internal");
  }

  /** Full names of what is imported, static members with their types. */
  Set<String> imports() {
    return all(IMPORT, 1, code);
  }

  /** Whether this file's code names the type of another one. */
  boolean names(SourceFile other) {
    if (other.equals(this)) {
      return false;
    }
    String wanted = other.fullName();
    Set<String> imports = imports();
    if (imports.stream().anyMatch(name -> name.equals(wanted) || name.startsWith(wanted + "."))) {
      return true;
    }
    boolean shadowed = imports.stream().anyMatch(name -> name.endsWith("." + other.type));
    return other.packageName.equals(packageName)
        && !shadowed
        && all(WORD, 0, IMPORT.matcher(code).replaceAll(" ")).contains(other.type);
  }

  /** Whether this is a sealed type, and the other one of those that it is made of. */
  boolean permits(SourceFile other) {
    Matcher permitted = PERMITS.matcher(code);
    return permitted.find() && all(WORD, 0, permitted.group(1)).contains(other.type);
  }

  private static Set<String> all(Pattern pattern, int group, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(group))
        .collect(Collectors.toSet());
  }
}
