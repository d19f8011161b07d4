package dev.shoal.models.moe;

import dev.shoal.models.prune.Compensation;

/**
 * One layer of one pruned expert.
 *
 * @param kept channels of the dense FFN, ascending, [C]
 * @param bias of the down projection, [H]; null unless compensated by {@link Compensation#BIAS}
 * @param down folded, [H, C] row-major; null unless compensated by {@link Compensation#FOLD}
 */
public record PrunedFfn(int[] kept, float[] bias, float[] down) {}
