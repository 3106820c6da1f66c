/**
 * Video completion: how well masked patches of unseen clips are predicted, in numbers beside simple
 * baselines ({@link org.mae4j.eval.completion.CompletionEvaluator}) and in pictures ({@link
 * org.mae4j.eval.completion.ReconstructionStrip}).
 */
package org.mae4j.eval.completion;
