package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a user asks for who compares: one request, and what some runs do differently.
 *
 * @param version version of this contract, 1; may be left out
 * @param name what the user calls the comparison
 * @param base a {@link ReconstructionRequest} without a name, as it was written
 * @param variations each a name and the fields that it changes
 * @param seeds every variation is run with each of them; empty for the base's own
 */
@JsonNaming(SnakeCaseStrategy.class)
record ComparisonRequest(
    @OptionalField Integer version,
    String name,
    ObjectNode base,
    List<ObjectNode> variations,
    @OptionalField List<Long> seeds) {

  /** Keeps its own copies and fills what may be left out. */
  ComparisonRequest {
    version = version == null ? 1 : version;
    variations = variations == null ? List.of() : List.copyOf(variations);
    seeds = seeds == null ? List.of() : List.copyOf(seeds);
  }
}
