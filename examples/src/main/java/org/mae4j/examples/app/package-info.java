/**
 * Programs for one's own videos: pretraining, finetuning, embedding, packing. Each has a {@code
 * main} for the command line or an IDE, and a {@code run} that returns what it found, for tests.
 *
 * <p>Start at {@link org.mae4j.examples.app.Quickstart}, which does all of it once.
 */
package org.mae4j.examples.app;
