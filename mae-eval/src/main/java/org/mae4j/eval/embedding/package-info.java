/**
 * What the features of clips look like: maps in two dimensions ({@link
 * org.mae4j.eval.embedding.TSne}), how faithful a map is ({@link
 * org.mae4j.eval.embedding.Trustworthiness}), and how well classes keep apart ({@link
 * org.mae4j.eval.embedding.Silhouette}).
 */
package org.mae4j.eval.embedding;
