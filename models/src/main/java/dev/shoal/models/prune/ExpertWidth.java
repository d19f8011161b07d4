package dev.shoal.models.prune;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * How wide an expert is: a share of the dense FFN, or a number of channels.
 *
 * <p>A share w keeps \( C = F - \lfloor F (1 - w) \rfloor \) of F channels, computed in decimal:
 * 0.1 of 10 is 1, whatever binary fractions make of it. At least one channel is always kept.
 *
 * @param value in (0, 1]: a share; a whole number above 1: channels
 */
public record ExpertWidth(BigDecimal value) {

  /** Refuses what is neither a share nor a number of channels. */
  public ExpertWidth {
    boolean share = value.signum() > 0 && value.compareTo(BigDecimal.ONE) <= 0;
    boolean whole = value.signum() > 0 && value.stripTrailingZeros().scale() <= 0;
    if (!share && !whole) {
      throw new IllegalArgumentException(
          "experts.width: %s; give a share of the dense FFN in (0, 1], such as 0.5, or a whole number of channels"
              .formatted(value.toPlainString()));
    }
    value = value.stripTrailingZeros(); // 0.5 and 0.50 are one width
  }

  /** The width written in a request; 1 and 1.0 both mean the whole FFN. */
  public static ExpertWidth parse(BigDecimal value) {
    return new ExpertWidth(value);
  }

  /** Whether the value is a share rather than a number of channels. */
  public boolean isShare() {
    return value.compareTo(BigDecimal.ONE) <= 0;
  }

  /**
   * C, the channels kept.
   *
   * @param intermediateSize F of the dense model, at least 1
   * @throws IllegalArgumentException when more channels are asked for than there are
   */
  public int channels(int intermediateSize) {
    BigDecimal dense = BigDecimal.valueOf(intermediateSize);
    if (isShare()) {
      BigDecimal removed = dense.multiply(BigDecimal.ONE.subtract(value));
      return dense.subtract(removed.setScale(0, RoundingMode.FLOOR)).intValueExact();
    }
    if (value.compareTo(dense) > 0) {
      throw new IllegalArgumentException(
          "experts.width: %s channels; the dense FFN has %d, ask for at most as many or for a share such as 0.5"
              .formatted(value.toPlainString(), intermediateSize));
    }
    return value.intValueExact();
  }
}
