/**
 * Embedding on a Spark cluster. Start at {@link org.mae4j.examples.spark.EmbedWithSpark}; a module
 * of the Maven profile {@code spark} alone.
 */
package org.mae4j.examples.spark;
