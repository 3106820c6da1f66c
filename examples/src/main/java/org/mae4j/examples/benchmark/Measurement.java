package org.mae4j.examples.benchmark;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;

/**
 * One line of a benchmark of models.
 *
 * @param name what ran
 * @param precision of matrix products
 * @param kernels scripted or portable
 * @param batch clips at a time
 * @param seconds the median of one repetition
 * @param clipsPerSecond clips a second
 * @param tflops counted arithmetic in 10^12 operations a second
 * @param matmulTflops what large matrix products of the same precision reached in between, the
 *     median
 * @param ofMatmul a repetition's rate over that of the products just before and after it, the
 *     median
 * @param peakRssMb the process's peak resident memory while it ran, in 10^6 bytes; -1 where the
 *     system does not tell
 * @param hostShare the share of samples in which the thread was outside native calls
 */
public record Measurement(
    String name,
    String precision,
    String kernels,
    int batch,
    double seconds,
    double clipsPerSecond,
    double tflops,
    double matmulTflops,
    double ofMatmul,
    long peakRssMb,
    double hostShare) {

  /** One JSON object on one line. */
  public String toJson() {
    return new GsonBuilder()
        .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
        .create()
        .toJson(this);
  }
}
