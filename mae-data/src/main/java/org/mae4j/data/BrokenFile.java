package org.mae4j.data;

import org.mae4j.api.ClipReadException;

/**
 * A video that could not be read.
 *
 * @param file its id
 * @param stage how far reading came, as in {@link ClipReadException.Stage}
 * @param cause what went wrong
 */
public record BrokenFile(String file, ClipReadException.Stage stage, String cause) {}
