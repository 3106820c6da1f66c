package org.mae4j.data.dataset;

import java.util.Optional;

/**
 * One file in a list.
 *
 * @param line where in the list it is named, counting from 1
 * @param path not blank
 * @param className names its class, if the list does
 * @param label numbers its class, if the list does
 */
record ManifestRow(long line, String path, Optional<String> className, Optional<String> label) {}
