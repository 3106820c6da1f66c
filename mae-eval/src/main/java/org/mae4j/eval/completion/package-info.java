/**
 * Video completion: how well masked patches of unseen clips are predicted, in numbers beside simple
 * baselines ({@link org.mae4j.eval.completion.CompletionEvaluator}), in pictures ({@link
 * org.mae4j.eval.completion.ReconstructionStrip}) and in moving ones ({@link
 * org.mae4j.eval.completion.CompletionAnimation}).
 */
package org.mae4j.eval.completion;
