/**
 * The paper's five results: a {@link org.mae4j.examples.paper.Study} says what to pretrain on and
 * what to judge by, each model is trained once and remembered. Start at {@link
 * org.mae4j.examples.paper.AllResults}; docs/results.md says what came out.
 */
package org.mae4j.examples.paper;
