/**
 * Interfaces and value types that the modules meet at.
 *
 * <p>Letters for shapes, used in all Javadoc of this project: N batch, T frames, H and W pixels, S
 * side of a square crop, L tokens, V visible tokens, D width, P values per patch, C classes.
 *
 * <p>The walk of a clip: {@link org.mae4j.api.ClipSource} reads {@link org.mae4j.api.Clip}s, a
 * {@link org.mae4j.api.BatchSource} crops and normalises them into {@link
 * org.mae4j.api.ClipBatch}es, a {@link org.mae4j.api.MaskingStrategy} picks the visible tokens, an
 * {@link org.mae4j.api.Encoder} sees those only, a {@link org.mae4j.api.Decoder} predicts the
 * pixels of all, and a {@link org.mae4j.api.FewShotEvaluator} judges the encoder.
 */
package org.mae4j.api;
