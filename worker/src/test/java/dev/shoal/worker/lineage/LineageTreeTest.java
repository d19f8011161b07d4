package dev.shoal.worker.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.LineageRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tree of what something was made from")
class LineageTreeTest {

  @Test
  @DisplayName("goes back to what came from outside and spells nothing out twice")
  void lineage() {
    String export = "e".repeat(64);
    String moe = "b".repeat(64);
    String dense = "d".repeat(64);
    List<LineageRow> edges =
        List.of(
            edge(export, "export", moe, "moe", "moe", "export"),
            edge(export, "export", dense, "model", "dense", "export"),
            edge(moe, "moe", dense, "model", "dense", "reassemble"));
    LineageTree tree =
        new LineageTree(export, "export", edges, Map.of(dense, "/models/llama"), List.of());
    assertThat(tree.text())
        .isEqualToNormalizingNewlines(
            """
            export eeeeeeeeeeee  by export, code version 1, run legal (00000000)
                settings seed 42
              moe bbbbbbbbbbbb  by reassemble, code version 1, run legal (00000000)
                  settings seed 42
                dense (model) dddddddddddd  from /models/llama, sha256 %s
              and from above: dense (model) dddddddddddd"""
                .formatted(dense));
    assertThat(tree.json().at("/outside/" + dense).asText()).isEqualTo("/models/llama");
    assertThat(tree.json().at("/edges")).hasSize(3);
  }

  @Test
  @DisplayName("takes what several runs made for what the run in question made itself")
  void sameBytes() {
    String export = "e".repeat(64);
    String scores = "c".repeat(64);
    String own = "a".repeat(64);
    String foreign = "f".repeat(64);
    UUID later = new UUID(0, 7);
    List<LineageRow> edges =
        List.of(
            edge(later, scores, "scores", foreign, "moe", "moe", "evaluate"),
            edge(scores, "scores", own, "moe", "moe", "evaluate"),
            edge(export, "export", scores, "scores", "scores", "export"));
    LineageTree tree = new LineageTree(export, "export", edges, Map.of(), List.of());
    assertThat(tree.text()).contains("aaaaaaaaaaaa").doesNotContain("ffffffffffff");
    assertThat(tree.json().at("/edges")).hasSize(3);
  }

  private static LineageRow edge(
      String child, String childKind, String parent, String parentKind, String role, String stage) {
    return edge(new UUID(0, 0), child, childKind, parent, parentKind, role, stage);
  }

  private static LineageRow edge(
      UUID run,
      String child,
      String childKind,
      String parent,
      String parentKind,
      String role,
      String stage) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.putObject("settings").put("seed", 42);
    return new LineageRow(
        child,
        childKind,
        parent,
        parentKind,
        role,
        UUID.nameUUIDFromBytes((stage + run).getBytes(StandardCharsets.UTF_8)),
        stage,
        "",
        run,
        "legal",
        Optional.empty(),
        Optional.of("1"),
        Optional.of(document));
  }
}
