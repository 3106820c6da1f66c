/** Weight files: safetensors, read without copying them whole and written atomically. */
package org.mae4j.models.weights;
