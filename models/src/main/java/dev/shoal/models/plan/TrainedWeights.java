package dev.shoal.models.plan;

/**
 * Which weights a training stage changes. Attention, embeddings and head never are.
 *
 * @param part the choice
 * @param loraRank rank of the adapters, 0 unless the part is {@link Part#LORA}
 */
public record TrainedWeights(Part part, int loraRank) {

  /** The weights that change. */
  public enum Part {
    /** The routers alone, with all experts active. */
    ROUTER,
    /** Low-rank adapters on gate, up and down of every expert, norms and routers. */
    LORA,
    /** All expert weights, norms and routers. */
    FULL
  }

  /** Refuses a rank without adapters and adapters without a rank. */
  public TrainedWeights {
    if ((part == Part.LORA) != (loraRank > 0)) {
      throw new IllegalArgumentException(
          "training.lora.r: %d with training.weights %s; a rank of at least 1 goes with lora, and 0 with anything else"
              .formatted(loraRank, part));
    }
  }

  /** The router stage. */
  public static TrainedWeights router() {
    return new TrainedWeights(Part.ROUTER, 0);
  }

  /** The expert stage with adapters. */
  public static TrainedWeights lora(int rank) {
    return new TrainedWeights(Part.LORA, rank);
  }

  /** The expert stage with all expert weights. */
  public static TrainedWeights full() {
    return new TrainedWeights(Part.FULL, 0);
  }

  /** Trained parameters in all. */
  public long count(MoeShape moe) {
    return loraWeights(moe, moe.experts()) + inPlace(moe);
  }

  /** Trained parameters that belong to the model itself, so not the adapters. */
  long inPlace(MoeShape moe) {
    long norms = part == Part.ROUTER ? 0 : moe.dense().normWeights();
    return moe.routerWeights() + norms + expertWeights(moe, moe.experts());
  }

  /** Trained expert weights of so many experts in every layer, adapters aside. */
  long expertWeights(MoeShape moe, int ofExperts) {
    return part == Part.FULL ? moe.expertWeights(ofExperts) : 0;
  }

  /** Adapter weights of so many experts in every layer: three pairs of r (H + C). */
  long loraWeights(MoeShape moe, int ofExperts) {
    long pair = (long) loraRank * (moe.dense().hidden() + moe.expertChannels());
    return 3 * pair * moe.dense().layers() * ofExperts;
  }

  /** Parameters of the largest array that is trained: one matrix of all experts in a layer. */
  long largest(MoeShape moe) {
    long hidden = moe.dense().hidden();
    long width =
        switch (part) {
          case ROUTER -> hidden;
          case LORA -> loraRank * Math.max(hidden, moe.expertChannels());
          case FULL -> hidden * moe.expertChannels();
        };
    return moe.experts() * width;
  }
}
