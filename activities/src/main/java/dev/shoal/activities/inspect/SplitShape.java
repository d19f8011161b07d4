package dev.shoal.activities.inspect;

import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.request.Problem;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether experts can share out the dense FFN's channels equally. */
final class SplitShape {

  private SplitShape() {}

  /**
   * What is wrong, if these experts are to be a split.
   *
   * @param width channels of one expert
   * @param channels of the dense FFN
   */
  static Optional<Problem> problem(Experts experts, int width, int channels) {
    int number = experts.numExperts();
    if (!experts.by().isSplit() || (long) number * width == channels) {
      return Optional.empty();
    }
    if (channels % number != 0) {
      String rule =
          "found %d, but the dense FFN's %d channels cannot be shared out among so many equally, as experts.by %s does; %d would do"
              .formatted(number, channels, experts.by(), nearestDivisor(channels, number));
      return Optional.of(new Problem("experts.num_experts", rule));
    }
    String rule =
        "found %s, which is %d of the dense FFN's %d channels, expected %d, as experts.by %s shares them out among %d experts; leave it out"
            .formatted(
                experts.width().toPlainString(),
                width,
                channels,
                channels / number,
                experts.by(),
                number);
    return Optional.of(new Problem("experts.width", rule));
  }

  private static int nearestDivisor(int channels, int number) {
    return IntStream.iterate(0, distance -> distance + 1)
        .flatMap(distance -> IntStream.of(number - distance, number + distance))
        .filter(divisor -> divisor > 0 && channels % divisor == 0)
        .findFirst()
        .orElseThrow();
  }
}
