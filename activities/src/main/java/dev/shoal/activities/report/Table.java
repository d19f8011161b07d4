package dev.shoal.activities.report;

import java.util.List;

/**
 * Numbers as text.
 *
 * @param head titles
 * @param rows as long as the head
 */
public record Table(List<String> head, List<List<String>> rows) {}
