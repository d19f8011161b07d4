package dev.shoal.models.bench;

import dev.shoal.models.training.TrainingSettings.Memory;
import dev.shoal.models.training.TrainingStage;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One piece of work to be measured.
 *
 * @param text as it was asked for: {@code calibrate}, {@code affinity} with a number of data sets
 *     (4 if there is none), {@code router}, {@code folded} (the same with down projections of their
 *     own), {@code experts}, {@code deterministic} (the same with equal bits every time) or {@code
 *     full}, or {@code tokens} (experts for kinds of tokens from a sample of so many); then, for
 *     this one alone, {@code :tokens:micro:segment} as far as they are given
 * @param kind its first word
 * @param dataSets of {@code affinity}
 * @param settings of this one
 */
public record BenchWork(String text, Kind kind, int dataSets, StageBench.Settings settings) {

  /** What can be measured. */
  enum Kind {
    CALIBRATE,
    AFFINITY,
    ROUTER,
    FOLDED,
    EXPERTS,
    DETERMINISTIC,
    FULL,
    TOKENS
  }

  /** What may be asked for, in the words of help and messages. */
  public static final String KINDS =
      "calibrate, affinity, affinity24 (data sets), router, folded, experts, deterministic, full or tokens";

  private static final Pattern FORM =
      Pattern.compile(
          "(calibrate|affinity|router|folded|experts|deterministic|full|tokens)(\\d{1,3})?(?::(\\d+))?(?::(\\d+))?(?::(\\d+))?");

  private static final int DATA_SETS = 4;

  /**
   * Understands what was asked for.
   *
   * @param usual what is not said
   */
  static BenchWork parse(String text, StageBench.Settings usual) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || (form.group(2) != null && !form.group(1).equals("affinity"))) {
      throw new IllegalArgumentException(
          "work is '%s', expected %s, each with :tokens:micro:segment if others are wanted, for example experts:65536:65536:1"
              .formatted(text, KINDS));
    }
    int tokens = number(form.group(3), usual.batchTokens());
    Memory memory =
        new Memory(
            number(
                form.group(4), form.group(3) == null ? usual.memory().microBatchTokens() : tokens),
            number(form.group(5), usual.memory().segmentLayers()));
    Kind kind = Kind.valueOf(form.group(1).toUpperCase(Locale.ROOT));
    return new BenchWork(text, kind, number(form.group(2), DATA_SETS), usual.with(tokens, memory));
  }

  private static int number(String text, int otherwise) {
    return text == null ? otherwise : Integer.parseInt(text);
  }

  Measured run(StageBench bench) {
    return switch (kind) {
      case CALIBRATE -> bench.calibrate(settings);
      case AFFINITY -> bench.affinity(dataSets);
      case ROUTER -> bench.train(text, TrainingStage.ROUTER, settings);
      case FOLDED -> bench.trainFolded(text, settings);
      case EXPERTS -> bench.train(text, TrainingStage.EXPERTS, settings);
      case DETERMINISTIC -> bench.train(text, TrainingStage.EXPERTS, settings.steady());
      case TOKENS -> bench.tokens(text, settings);
      case FULL -> bench.train(text, TrainingStage.EXPERTS_FULL, settings);
    };
  }
}
