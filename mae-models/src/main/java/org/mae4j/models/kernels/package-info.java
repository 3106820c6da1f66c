/**
 * The heavy arithmetic of a transformer, twice: TorchScript for speed, plain NDArray operators as
 * the readable specification. A test holds the two together. Start at {@link
 * org.mae4j.models.kernels.Kernels}.
 */
package org.mae4j.models.kernels;
