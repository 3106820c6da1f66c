/**
 * How accuracy grows with the hours of video seen in pretraining, and where that would lead. Start
 * at {@link org.mae4j.eval.scaling.ScalingFit}.
 */
package org.mae4j.eval.scaling;
