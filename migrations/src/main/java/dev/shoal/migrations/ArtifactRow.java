package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * An artifact of the catalog.
 *
 * @param sha256 its digest
 * @param kind what it is
 * @param mediaType media type of the file, or of the manifest
 * @param bytes size of all its files together
 * @param manifest files with size and digest
 * @param createdAt when it was recorded first
 * @param deletedAt when its bytes were given up; absent while they should exist
 */
public record ArtifactRow(
    String sha256,
    String kind,
    String mediaType,
    long bytes,
    Optional<JsonNode> manifest,
    Instant createdAt,
    Optional<Instant> deletedAt) {}
