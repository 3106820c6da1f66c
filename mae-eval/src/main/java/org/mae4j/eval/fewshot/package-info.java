/**
 * Few-shot evaluation of a frozen encoder: {@link org.mae4j.eval.fewshot.LinearProbe} pools the
 * encoder's tokens and fits a regularised linear classifier on them.
 */
package org.mae4j.eval.fewshot;
