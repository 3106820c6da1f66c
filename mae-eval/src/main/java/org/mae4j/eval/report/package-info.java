/**
 * Showing what was found: {@link org.mae4j.eval.report.HtmlReport} writes a page that needs nothing
 * but itself, {@link org.mae4j.eval.report.FewShotFiles} a few-shot report in every form; {@link
 * org.mae4j.eval.report.LossCurve}, {@link org.mae4j.eval.report.GroupedBars}, {@link
 * org.mae4j.eval.report.ScalingChart} and {@link org.mae4j.eval.report.EmbeddingPanels} draw
 * charts.
 */
package org.mae4j.eval.report;
