package org.mae4j.models.weights;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * One tensor of a weight file.
 *
 * @param type the type of its values in the file
 * @param shape its shape
 * @param bytes how many bytes its values take
 */
public record TensorInfo(DataType type, Shape shape, long bytes) {}
