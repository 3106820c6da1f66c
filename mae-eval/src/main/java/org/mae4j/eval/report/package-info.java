/**
 * Showing what was found: {@link org.mae4j.eval.report.HtmlReport} writes a page that needs nothing
 * but itself, {@link org.mae4j.eval.report.LossCurve} draws a chart for it.
 */
package org.mae4j.eval.report;
