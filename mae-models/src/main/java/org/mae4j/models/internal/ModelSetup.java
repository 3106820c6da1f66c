package org.mae4j.models.internal;

import java.util.Objects;
import java.util.Optional;
import org.mae4j.api.ClipInput;
import org.mae4j.models.kernels.Kernels;

/**
 * What a model has beside its geometry.
 *
 * @param input how it looks at a video, if that is known
 * @param kernels its arithmetic
 * @param ownsKernels whether they are closed with the model
 * @param seed decides the weights that it starts with
 */
public record ModelSetup(
    Optional<ClipInput> input, Kernels kernels, boolean ownsKernels, long seed) {

  public ModelSetup {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(kernels, "kernels");
  }
}
