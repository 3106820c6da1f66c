package org.mae4j.models.kernels;

import ai.djl.Device;
import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * What a machine allows: none of it changes what a model is, only what a step costs and how it
 * rounds.
 *
 * @param precision the number format of matrix products
 * @param blocksPerGroup how many blocks {@link ActivationCheckpointing} computes again at a time; 0
 *     for no checkpointing
 */
public record KernelSettings(Precision precision, int blocksPerGroup) {

  public KernelSettings {
    Objects.requireNonNull(precision, "precision");
    Checks.atLeast(0, blocksPerGroup, "blocks per group");
  }

  /** Without checkpointing; in bfloat16 on a GPU, as the paper's code trains, else in float32. */
  public static KernelSettings forDevice(Device device) {
    return new KernelSettings(device.isGpu() ? Precision.BFLOAT16 : Precision.FLOAT32, 0);
  }

  /** The same with activation checkpointing in the groups that need the least memory. */
  public KernelSettings withCheckpointing(int depth) {
    return new KernelSettings(precision, (int) Math.round(Math.sqrt(depth)));
  }

  /** Kernels that work so; the caller closes them. */
  public Kernels open() {
    ScriptedKernels scripted = new ScriptedKernels(precision);
    return blocksPerGroup == 0
        ? scripted
        : ActivationCheckpointing.owning(scripted, blocksPerGroup);
  }

  @Override
  public String toString() {
    return precision
        + (blocksPerGroup == 0
            ? ""
            : ", activation checkpointing every " + blocksPerGroup + " blocks");
  }
}
