package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.worker.lineage.DescendantTree;
import dev.shoal.worker.lineage.LineageGraph;
import dev.shoal.worker.lineage.LineageTree;
import dev.shoal.worker.lineage.OpenLineageEvents;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.wiring.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what something was made from, or what was made from it. */
@Command(
    name = "lineage",
    description = {
      "Show what a run's model, or any artifact, was made from, with every setting; with --down what"
          + " was ever made from it."
    },
    footer = {
      "",
      "Example:",
      "  shoal lineage legal-moe",
      "  shoal lineage legal-moe --format dot",
      "  shoal lineage legal-v1 --down"
    })
public final class LineageCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "RUN|DIGEST|FOLDER",
      description = "A run, the beginning of an artifact's digest, or a folder with an artifact.")
  private String what;

  @Option(names = "--down", description = "What was made from it, instead of what it is made from.")
  private boolean down;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "tree",
      description =
          "tree for people, dot for Graphviz, json (as --json), or openlineage: an event a line"
              + " (default: ${DEFAULT-VALUE}).")
  private Format format;

  /** How it is written. */
  enum Format {
    /** Indented lines. */
    TREE,
    /** For Graphviz. */
    DOT,
    /** Every edge. */
    JSON,
    /** An event a line. */
    OPENLINEAGE
  }

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      String name = new ModelFolder(connection).cached(what, database);
      ArtifactRow artifact = new Artifacts(database).find(name);
      LineageGraph graph =
          down ? LineageGraph.down(database, artifact) : LineageGraph.up(database, artifact);
      LineageTree tree = LineageTree.of(database, graph);
      ObjectNode json = down ? graph.json() : tree.json();
      output.say(
          switch (format) {
            case TREE -> down ? new DescendantTree(graph).text() : tree.text();
            case DOT -> graph.dot();
            case JSON -> json.toString();
            case OPENLINEAGE -> new OpenLineageEvents(database).lines(graph);
          });
      output.answer(json);
      return ExitCode.DONE;
    }
  }
}
