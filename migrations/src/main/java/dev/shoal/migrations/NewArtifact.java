package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * An artifact to be recorded.
 *
 * @param sha256 digest of the file, or of the folder's canonical manifest
 * @param kind what it is: tokens, statistics, experts, moe, scores; model and corpus from outside
 * @param mediaType media type of the file, or of the manifest
 * @param bytes size of all its files together
 * @param manifest files with size and digest; for external inputs also the path they came from
 */
public record NewArtifact(
    String sha256, String kind, String mediaType, long bytes, Optional<JsonNode> manifest) {}
