/**
 * How fast this machine does a run's heavy work, and how far that is from what it could do.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.bench.BenchRequest}, {@link dev.shoal.models.bench.BenchShape},
 *       {@link dev.shoal.models.bench.BenchWork}: what is to be measured;
 *   <li>{@link dev.shoal.models.bench.StageBench}: the stages on random weights and text;
 *   <li>{@link dev.shoal.models.engine.EngineSpeed}: the bound;
 *   <li>{@link dev.shoal.models.bench.Measured}, {@link dev.shoal.models.bench.BenchLine}: what was
 *       found, for people and for programs;
 *   <li>{@link dev.shoal.models.bench.BenchTable}: one after the other, with a {@code main} that
 *       needs these classes alone.
 * </ol>
 */
package dev.shoal.models.bench;
