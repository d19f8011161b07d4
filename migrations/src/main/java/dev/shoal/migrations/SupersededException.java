package dev.shoal.migrations;

/**
 * Another attempt holds the computation now. Whoever is told so stops and deletes nothing: what it
 * wrote may be what the other one builds on.
 */
public final class SupersededException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SupersededException(Claim claim) {
    super(
        "Attempt %d at computation %s is superseded: the work was taken over, ended or given back."
            .formatted(claim.epoch(), claim.key()));
  }
}
