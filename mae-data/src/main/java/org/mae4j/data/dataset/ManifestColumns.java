package org.mae4j.data.dataset;

import java.util.Objects;

/** How a list calls its columns. */
record ManifestColumns(String path, String className, String label) {

  static final ManifestColumns USUAL = new ManifestColumns("path", "class", "label");

  ManifestColumns {
    Objects.requireNonNull(path, "path column");
    Objects.requireNonNull(className, "class column");
    Objects.requireNonNull(label, "label column");
  }

  ManifestColumns withPath(String name) {
    return new ManifestColumns(name, className, label);
  }

  ManifestColumns withClassName(String name) {
    return new ManifestColumns(path, name, label);
  }

  ManifestColumns withLabel(String name) {
    return new ManifestColumns(path, className, name);
  }
}
