/**
 * Where a model looks: attention over the frames of a clip, as numbers and in pictures. Start at
 * {@link org.mae4j.eval.attention.AttentionMap}.
 */
package org.mae4j.eval.attention;
