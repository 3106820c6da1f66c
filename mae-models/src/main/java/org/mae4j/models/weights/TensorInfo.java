package org.mae4j.models.weights;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * One tensor of a weight file.
 *
 * @param type the type of its values
 * @param shape its shape
 * @param offset where its bytes start in the file
 * @param bytes how many there are
 */
public record TensorInfo(DataType type, Shape shape, long offset, long bytes) {}
