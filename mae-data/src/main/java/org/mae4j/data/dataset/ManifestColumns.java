package org.mae4j.data.dataset;

import java.util.Objects;

/** How a list calls its columns. */
record ManifestColumns(String path, String className) {

  /** The column of class numbers, which has one name only. */
  static final String LABEL = "label";

  static final ManifestColumns USUAL = new ManifestColumns("path", "class");

  ManifestColumns {
    Objects.requireNonNull(path, "path column");
    Objects.requireNonNull(className, "class column");
  }

  ManifestColumns withPath(String name) {
    return new ManifestColumns(name, className);
  }

  ManifestColumns withClassName(String name) {
    return new ManifestColumns(path, name);
  }
}
