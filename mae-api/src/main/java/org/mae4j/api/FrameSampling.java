package org.mae4j.api;

import org.mae4j.api.internal.Checks;

/**
 * How many frames a clip has and how far apart they are.
 *
 * <p>Distances are given in frames of a video of nominal rate and stretched to the rate that a file
 * has, so that a clip spans the same time whatever the rate: 16 frames, stride 8 at 30 frames/s are
 * 4.27 s of any video.
 *
 * @param frames T, at least 1
 * @param stride frames from one sampled frame to the next at the nominal rate, positive
 * @param nominalRate frames/s, positive
 */
public record FrameSampling(int frames, double stride, double nominalRate) {

  /** The paper's sampling: 16 frames, stride 8 at 30 frames/s. */
  public static final FrameSampling PAPER = new FrameSampling(16, 8, 30);

  public FrameSampling {
    Checks.atLeast(1, frames, "frames");
    Checks.positiveFinite(stride, "stride");
    Checks.positiveFinite(nominalRate, "nominal rate");
  }

  /** The same distances, another number of frames. */
  public FrameSampling withFrames(int other) {
    return new FrameSampling(other, stride, nominalRate);
  }

  /** The same number of frames, otherwise apart. */
  public FrameSampling withStride(double other) {
    return new FrameSampling(frames, other, nominalRate);
  }

  /** The same, counted in frames of another rate. */
  public FrameSampling withNominalRate(double other) {
    return new FrameSampling(frames, stride, other);
  }

  /** The length of the window that the frames are drawn from, in seconds. */
  public double windowSeconds() {
    return stride * frames / nominalRate;
  }

  /** The same length in frames of a video of {@code rate} frames/s; seldom a whole number. */
  public double windowFrames(double rate) {
    return stride * frames / nominalRate * rate;
  }
}
