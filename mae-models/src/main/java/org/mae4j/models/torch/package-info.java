/**
 * The way to libtorch. Start at {@link org.mae4j.models.torch.TorchEngine}, which has to start the
 * engine before DJL does, lest that report usage over the network.
 */
package org.mae4j.models.torch;
