package dev.shoal.activities.stage;

import dev.shoal.migrations.Claim;

/** Another attempt has taken the computation over; this one stops and deletes nothing. */
final class LeaseLostException extends RuntimeException {

  LeaseLostException(Claim claim) {
    super(
        "attempt %d at computation %s is superseded: another one has the work"
            .formatted(claim.epoch(), claim.key()));
  }
}
