package dev.shoal.activities;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.corpus.Corpus;
import dev.shoal.models.corpus.CorpusSource;
import dev.shoal.models.corpus.DocumentSplit;
import dev.shoal.models.tokens.ModelTokenizer;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.models.tokens.TokenWriter;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.stages.DataActivities;
import dev.shoal.workflows.stages.StageOutcome;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Text to token ids, a training side and an evaluation side. */
final class TokenizeStage implements DataActivities {

  static final String TRAIN = "train";
  static final String EVAL = "eval";

  private final StageRunner stages;
  private final Inputs inputs;

  TokenizeStage(StageRunner stages, Inputs inputs) {
    this.stages = stages;
    this.inputs = inputs;
  }

  @Override
  public StageOutcome tokenize(Task task) {
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("tokenizer", task.model()));
    read.add(new StageSpec.Input("text", task.corpus().text()));
    if (task.corpus().evalText() != null) {
      read.add(new StageSpec.Input("eval text", task.corpus().evalText()));
    }
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("text_field", task.dataset().textField());
    StageOutcome outcome =
        stages.run(
            new StageSpec(task.run(), StageCode.TOKENIZE, task.dataset().name(), settings, read),
            context -> write(task, context));
    checkLengths(task, inputs.own(outcome.artifact()));
    return outcome;
  }

  private StageWork.Result write(Task task, StageContext context) {
    try (ModelTokenizer tokenizer = ModelTokenizer.open(inputs.model(task.model()));
        TokenWriter train = new TokenWriter(context.folder().resolve(TRAIN));
        TokenWriter eval = new TokenWriter(context.folder().resolve(EVAL))) {
      TokenizedDocuments documents = new TokenizedDocuments(tokenizer, context);
      ArtifactRef evalText = task.corpus().evalText();
      Predicate<String> split = evalText == null ? DocumentSplit.DEFAULT::isEval : t -> false;
      Corpus.forEach(
          source(task, task.corpus().text()),
          text -> documents.add(text, split.test(text) ? eval : train));
      if (evalText != null) {
        Corpus.forEach(source(task, evalText), text -> documents.add(text, eval));
      }
      documents.flush();
    }
    return StageWork.Result.complete();
  }

  private CorpusSource source(Task task, ArtifactRef corpus) {
    return new CorpusSource(
        task.dataset().name(), inputs.corpus(corpus), task.dataset().textField());
  }

  /** Whether there is enough text depends on the request, so it is no part of the computation. */
  private static void checkLengths(Task task, Path tokens) {
    check(task, tokens.resolve(TRAIN), task.trainTokens(), "training");
    check(task, tokens.resolve(EVAL), task.evalTokens(), "evaluation");
  }

  private static void check(Task task, Path tokens, long least, String side) {
    long count = TokenFile.open(tokens).count();
    if (count < least) {
      throw ApplicationFailure.newNonRetryableFailure(
          "data set %s has %,d tokens of %s text, but its windows need %,d; add text or ask for fewer or shorter windows"
              .formatted(task.dataset().name(), count, side, least),
          FailureTypes.INVALID_INPUT);
    }
  }
}
