/**
 * How fast things are: products and steps of models, decoding and feeding, reading weights. Start
 * at {@link org.mae4j.examples.benchmark.ModelBenchmark} or {@link
 * org.mae4j.examples.benchmark.DataBenchmark}, which print a line of JSON for each case.
 */
package org.mae4j.examples.benchmark;
