/**
 * Masking strategies that look at the clips: {@link org.mae4j.api.masking.ContentMasking}, and what
 * it may look at.
 */
package org.mae4j.api.masking;
