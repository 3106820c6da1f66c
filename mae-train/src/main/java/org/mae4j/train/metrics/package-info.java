/**
 * How a run goes. A {@link org.mae4j.train.metrics.TrainingListener} is told of each {@link
 * org.mae4j.train.metrics.StepMetrics step}, {@link org.mae4j.train.metrics.SkippedStep skipped
 * step} and {@link org.mae4j.train.metrics.ValidationMetrics validation}; {@link
 * org.mae4j.train.metrics.MetricsFile} writes them down and reads them back as a {@link
 * org.mae4j.train.metrics.RunHistory}.
 */
package org.mae4j.train.metrics;
