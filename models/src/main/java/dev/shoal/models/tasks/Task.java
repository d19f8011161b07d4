package dev.shoal.models.tasks;

import java.util.List;

/**
 * A task that has been read.
 *
 * @param spec where it came from
 * @param outputType what is asked
 * @param examples its items, in the order of the file
 * @param pool where worked examples are taken from; empty where none are wanted
 */
public record Task(
    TaskSpec spec, OutputType outputType, List<Example> examples, List<Example> pool) {}
