package dev.shoal.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.tokens.TokenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What every stage of a run made, as a few numbers that processors agree on: sums over tensors,
 * token ids and JSON values, one per artifact. Compared with stored numbers they show that a
 * stage's output changed.
 */
final class StageOutputs {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StageOutputs() {}

  /** Sums by kind of artifact, ascending. */
  static Map<String, List<Double>> of(Path artifacts) throws IOException {
    Map<String, List<Double>> sums = new TreeMap<>();
    try (Stream<Path> folders = Files.walk(artifacts.resolve("objects"), 2)) {
      for (Path folder : folders.filter(f -> f.getFileName().toString().length() == 64).toList()) {
        add(sums, folder);
      }
    }
    sums.values().forEach(Collections::sort);
    return sums;
  }

  private static void add(Map<String, List<Double>> sums, Path folder) throws IOException {
    if (Files.isDirectory(folder.resolve("train"))) {
      put(sums, "tokens", ids(folder.resolve("train")) + ids(folder.resolve("eval")));
    } else if (Files.exists(folder.resolve("moe.json"))) {
      Path trained = folder.resolve("trained.safetensors");
      put(sums, "moe", Files.exists(trained) ? tensors(trained) : 0);
    } else if (Files.exists(folder.resolve("config.json"))) {
      put(sums, "export", tensors(folder.resolve("model.safetensors")));
    } else {
      addOnlyFile(sums, folder);
    }
  }

  private static void addOnlyFile(Map<String, List<Double>> sums, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        String kind = name.substring(0, name.indexOf('.'));
        if (name.endsWith(".safetensors")) {
          put(sums, kind, tensors(file));
        } else if (name.endsWith(".json") && !kind.equals("results")) { // the task scores again
          boolean fractionsOnly = kind.endsWith("scores"); // counts would drown the perplexities
          put(sums, kind, numbers(JSON.readTree(file.toFile()), fractionsOnly));
        }
      }
    }
  }

  private static void put(Map<String, List<Double>> sums, String kind, double sum) {
    sums.computeIfAbsent(kind, k -> new ArrayList<>()).add(sum);
  }

  private static double ids(Path folder) {
    TokenFile file = TokenFile.open(folder);
    int[] ids = new int[Math.toIntExact(file.count())];
    file.read(0, ids);
    double sum = 0;
    for (int i = 0; i < ids.length; i++) {
      sum += ids[i] * (1 + i % 7); // the order counts
    }
    return sum;
  }

  private static double tensors(Path path) {
    double sum = 0;
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (String name : file.names()) {
        sum += sum(file, name);
      }
    }
    return sum;
  }

  private static double sum(SafetensorsFile file, String name) {
    double sum = 0;
    switch (file.spec(name).dtype()) {
      case I64 -> {
        for (long value : file.longs(name)) {
          sum += value;
        }
      }
      case I32 -> {
        for (int value : file.ints(name)) {
          sum += value;
        }
      }
      default -> {
        for (float value : file.floats(name)) {
          sum += Math.abs(value);
        }
      }
    }
    return sum;
  }

  private static double numbers(JsonNode node, boolean fractionsOnly) {
    boolean counts = fractionsOnly ? node.isFloatingPointNumber() : node.isNumber();
    double sum = counts ? node.doubleValue() : 0;
    for (JsonNode child : node) {
      sum += numbers(child, fractionsOnly);
    }
    return sum;
  }

  /** The versions of all stages, to be stored beside their outputs. */
  static ObjectNode versions() {
    ObjectNode versions = JSON.createObjectNode();
    for (StageCode code : StageCode.values()) {
      versions.put(code.stageName(), code.version());
    }
    return versions;
  }
}
