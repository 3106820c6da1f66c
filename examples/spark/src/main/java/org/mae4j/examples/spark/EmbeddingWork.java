package org.mae4j.examples.spark;

import java.io.Serializable;
import org.mae4j.api.Pooling;

/**
 * What executors are to do, as Spark sends it to them.
 *
 * @param videos the folder that ids are relative to, the same on all machines
 * @param model the model's file, the same on all machines
 * @param batch videos at once
 * @param threads of the model in an executor
 */
record EmbeddingWork(String videos, String model, Pooling pooling, int batch, int threads)
    implements Serializable {}
