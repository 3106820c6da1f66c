/**
 * Weight files: PyTorch checkpoints and safetensors, read tensor by tensor, converted between the
 * published layouts, and safetensors written atomically. A file from outside is checked before it
 * is believed. Start at {@link org.mae4j.models.weights.WeightFile}.
 */
package org.mae4j.models.weights;
