/**
 * Weight files: PyTorch checkpoints and safetensors, read tensor by tensor, converted between the
 * published layouts, and safetensors written atomically. A file from outside is checked before it
 * is believed.
 */
package org.mae4j.models.weights;
