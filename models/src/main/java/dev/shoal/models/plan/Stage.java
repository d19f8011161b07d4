package dev.shoal.models.plan;

import java.util.Locale;

/** The stages of a run, in order. */
public enum Stage {
  /** Digests, shapes and this plan. */
  INSPECT,
  /** Text to ids. */
  TOKENIZE,
  /** Statistics of every data set. */
  CALIBRATE,
  /** Perplexities of every data set under every calibration. */
  AFFINITY,
  /** Data sets to groups. */
  GROUP,
  /** Kept channels and folded weights of every expert. */
  BUILD_EXPERTS,
  /** Experts to a mixture. */
  REASSEMBLE,
  /** The router alone. */
  TRAIN_ROUTER,
  /** Experts, norms and router. */
  TRAIN_EXPERTS,
  /** The dense, the assembled and every trained model. */
  EVALUATE,
  /** A stock checkpoint. */
  EXPORT;

  /** The name people read: {@code build experts}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
