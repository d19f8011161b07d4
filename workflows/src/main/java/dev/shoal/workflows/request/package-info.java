/**
 * The request: what a user writes, how it is read and what its mistakes are called.
 *
 * <ol>
 *   <li>{@link dev.shoal.workflows.request.ReconstructionRequest}: the contract;
 *   <li>{@link dev.shoal.workflows.request.Recipe}: named defaults under it;
 *   <li>{@link dev.shoal.workflows.request.RequestReader}: from JSON to a resolved request;
 *   <li>{@link dev.shoal.workflows.request.ComparisonReader}: from one JSON to the requests of
 *       several runs.
 * </ol>
 *
 * <p>A new field is a record component, a default in the newest recipe and, where a number can be
 * impossible, a line in the rules.
 */
package dev.shoal.workflows.request;
