/**
 * Runs that go on from what another run has trained: {@link dev.shoal.activities.fork.ForkOrigins}
 * finds the checkpoint and what led to it, {@link dev.shoal.activities.fork.ForkRules} says which
 * settings may differ.
 */
package dev.shoal.activities.fork;
