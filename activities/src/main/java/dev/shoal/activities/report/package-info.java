/**
 * The report of a run, or of a comparison: one HTML file that needs no network.
 *
 * <ol>
 *   <li>{@link dev.shoal.activities.report.ReportData}: everything the page tells;
 *   <li>{@link dev.shoal.activities.report.ReportPage}: its sections in order, and the file;
 *   <li>{@link dev.shoal.activities.report.ComparisonData} and {@link
 *       dev.shoal.activities.report.ComparisonSections}: the same for a comparison;
 *   <li>{@link dev.shoal.activities.report.Section}: one heading with what is under it;
 *   <li>{@link dev.shoal.activities.report.Chart}: a picture and the same numbers as a table;
 *   <li>{@link dev.shoal.activities.report.Curves} and {@link dev.shoal.activities.report.Lineage}:
 *       what pictures leave out, so that they can be read.
 * </ol>
 *
 * The pictures are drawn in the browser by {@code report.js} with Apache ECharts, which is in the
 * page.
 */
package dev.shoal.activities.report;
