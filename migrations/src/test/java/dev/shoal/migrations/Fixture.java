package dev.shoal.migrations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Runs, stages and claims in as few words as a test needs. */
final class Fixture {

  private final Database database;

  Fixture(Database database) {
    this.database = database;
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** A digest that a reader can tell from others: the same digit 64 times, or a short word. */
  static String digest(String start) {
    return (start + "0".repeat(64)).substring(0, 64);
  }

  static RunStart start(String workflowId) {
    return new RunStart(
        "default",
        workflowId,
        "execution-of-" + workflowId,
        "name-" + workflowId,
        Optional.empty(),
        List.of("test"),
        json("{'model': 'm'}"),
        Optional.empty());
  }

  UUID run(String workflowId) {
    return database.runs().create(start(workflowId));
  }

  /** A started stage of a run with this workflow id. */
  UUID stage(String workflowId, String name) {
    return database.stages().start(run(workflowId), name, "");
  }

  static ClaimRequest request(String key, UUID stage, int leaseSeconds) {
    return new ClaimRequest(
        key,
        json("{'stage': 'train', 'settings': {'steps': 10}}"),
        "train",
        "1",
        new ClaimRequest.Owner(stage, "worker-of-" + stage, "shoal-gpu", "temporal-run", "7", 1),
        leaseSeconds,
        Optional.empty());
  }

  ClaimOutcome claim(String key, UUID stage) {
    return database.computations().claim(request(key, stage, 60));
  }

  ClaimOutcome.Claimed claimed(String key, UUID stage) {
    return claimed(claim(key, stage));
  }

  static ClaimOutcome.Claimed claimed(ClaimOutcome outcome) {
    return (ClaimOutcome.Claimed) outcome;
  }

  static ClaimOutcome.Done done(ClaimOutcome outcome) {
    return (ClaimOutcome.Done) outcome;
  }

  static Commit commit(String output) {
    return new Commit(json(output), 1.5, List.of(), List.of(), List.of());
  }

  static Commit commit(List<Commit.InputArtifact> inputs, List<Commit.OutputArtifact> outputs) {
    return new Commit(json("{}"), 1.5, inputs, outputs, List.of());
  }

  static NewArtifact artifact(String sha256, String kind) {
    return new NewArtifact(sha256, kind, "application/json", 12, Optional.empty());
  }

  static Commit.OutputArtifact output(String role, String sha256, String kind) {
    return new Commit.OutputArtifact(role, artifact(sha256, kind), "file:/store/" + sha256);
  }

  static Checkpoint checkpoint(long step, Claim claim) {
    return new Checkpoint(step, "/ckpt/" + step, digest("c" + step), 100, claim.epoch());
  }
}
