package org.mae4j.data.dataset;

import java.util.List;
import java.util.Optional;

/** All that a list says. */
record ManifestContent(Optional<ManifestHeader> header, List<ManifestRow> rows) {}
