package dev.shoal.models.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;

/**
 * The shipped data sets: eight domains, each with a training and an evaluation part.
 *
 * <p>A pure function of the seed: the same documents on every machine and Java version. No document
 * occurs twice, within a part or across the two.
 */
public final class SampleCorpora {

  private static final long SEED = 42;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SampleCorpora() {}

  /** The training and the evaluation documents of one domain. */
  public record Corpus(List<String> train, List<String> eval) {}

  /** How many characters of each part to write; the last document may go over. */
  public record Size(int train, int eval) {

    /** What is shipped: about 2.2 million tokens for training in all eight domains. */
    public static final Size SHIPPED = new Size(700_000, 70_000);
  }

  /** All domains, in the order in which they are shipped and reported. */
  public static List<SampleDomain> domains() {
    return List.of(
        new Arithmetic(),
        new PythonFunctions(),
        new GermanDiary(),
        new JsonRecords(),
        new ServerLogs(),
        new Recipes(),
        new SqlStatements(),
        new Stories());
  }

  /** Writes the documents of one domain; the two parts come from different seeds. */
  public static Corpus generate(SampleDomain domain, Size size) {
    Set<String> seen = new HashSet<>();
    List<String> train = part(domain, "train", size.train(), seen);
    return new Corpus(train, part(domain, "eval", size.eval(), seen));
  }

  private static List<String> part(
      SampleDomain domain, String part, int characters, Set<String> seen) {
    RandomGenerator random = new Random(SEED + (domain.name() + "/" + part).hashCode());
    List<String> documents = new ArrayList<>();
    for (int written = 0; written < characters; ) {
      String document = domain.document(random);
      if (seen.add(document)) {
        documents.add(document);
        written += document.length();
      }
    }
    return documents;
  }

  /**
   * Writes {@code <name>/train.jsonl.gz} and {@code <name>/eval.jsonl.gz}, one {@code {"text":
   * ...}} a line. The files hold no time, so the same documents give the same bytes.
   */
  public static void write(SampleDomain domain, Corpus corpus, Path folder) throws IOException {
    Path target = Files.createDirectories(folder.resolve(domain.name()));
    writeLines(corpus.train(), target.resolve("train.jsonl.gz"));
    writeLines(corpus.eval(), target.resolve("eval.jsonl.gz"));
  }

  private static void writeLines(List<String> documents, Path file) throws IOException {
    try (Writer lines =
        new BufferedWriter(
            new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8))) {
      for (String document : documents) {
        lines.write(JSON.writeValueAsString(Map.of("text", document)));
        lines.write('\n');
      }
    }
  }
}
