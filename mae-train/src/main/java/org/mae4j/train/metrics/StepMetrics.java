package org.mae4j.train.metrics;

/**
 * What is known after one update.
 *
 * @param step number of the update, from 1
 * @param pass passes over the data so far
 * @param loss mean over the step's batches
 * @param gradientNorm global norm before clipping
 * @param learningRate the rate of the update
 * @param clipsPerSecond over this step's wall-clock time
 * @param dataWaitShare share of that time spent waiting for decoded clips, in [0, 1]
 */
public record StepMetrics(
    long step,
    double pass,
    double loss,
    double gradientNorm,
    double learningRate,
    double clipsPerSecond,
    double dataWaitShare) {}
