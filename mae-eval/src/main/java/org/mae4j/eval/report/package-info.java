/**
 * Showing what was found: a page that needs nothing but itself, and charts for it. Start at {@link
 * org.mae4j.eval.report.HtmlReport}; a chart is an image, to be used anywhere else too.
 */
package org.mae4j.eval.report;
