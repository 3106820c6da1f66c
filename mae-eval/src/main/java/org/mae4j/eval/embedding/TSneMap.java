package org.mae4j.eval.embedding;

/**
 * Points on a map. Its axes mean nothing; only what is near does.
 *
 * @param points n points of 2 coordinates
 * @param divergence the Kullback-Leibler divergence that was minimised, in nats
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TSneMap(double[][] points, double divergence) {}
