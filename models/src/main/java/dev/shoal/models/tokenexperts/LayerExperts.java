package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertSetWriter;
import dev.shoal.models.prune.Compensation;
import java.util.Arrays;

/** Experts and router of one layer after the other, in turns. */
final class LayerExperts implements AutoCloseable {

  /** Tokens whose channels are in memory at a time. */
  private static final int CPU_BLOCK = 4096;

  private static final int GPU_BLOCK = 65_536;

  /** Of tokens whose sets of experts are judged, where every expert's output is in memory. */
  private static final int SETS_CPU_BLOCK = 1024;

  private static final int SETS_GPU_BLOCK = 4096;

  private final DenseModel model;
  private final SampleStates states;
  private final TokenExperts.Settings settings;
  private final KernelModule kernels;
  private final NDManager manager;
  private final NDArray like;
  private final Shuffled order;
  private final RouterFit routerFit;
  private final ExpertCuts cuts;
  private final ExpertFit expertFit;

  LayerExperts(
      DenseModel model, SampleStates states, TokenExperts.Settings settings, HeldOut tokens) {
    this.model = model;
    this.states = states;
    this.settings = settings;
    this.kernels = states.kernels();
    this.manager = states.manager().newSubManager();
    Precision statistics = model.device().precision().statistics();
    this.like = kernels.upload(manager, new float[] {0}, statistics, 1);
    this.order = new Shuffled(settings.seed());
    this.routerFit = new RouterFit(kernels, order);
    this.cuts = new ExpertCuts(model, states, settings, like, order, block());
    this.expertFit = new ExpertFit(kernels, settings.fit(), tokens, like, block());
  }

  /** Makes and writes what belongs to a layer, and takes the sample through it. */
  TokenExperts.LayerFit fit(int layer, ExpertSetWriter writer, LayerProgress progress) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray chosen = start(scope);
      NDArray router = zeros(scope, settings.experts(), model.config().hiddenSize());
      ExpertCuts.Layer dense = cuts.layer(layer);
      ExpertCuts.Before before = null;
      for (int turn = 0; turn <= settings.repetitions(); turn++) {
        boolean last = turn == settings.repetitions();
        NDManager turnScope = scope.newSubManager();
        ExpertCuts.Cut cut = cuts.cut(turnScope, dense, chosen, before);
        if (before != null) {
          before.close();
        }
        NDArray errors = errors(turnScope, layer, cut);
        router = keep(scope, router, routerFit.fit(turnScope, states.inputs(), errors, router));
        chosen = keep(scope, chosen, choose(turnScope, router));
        progress.turn(turn + 1);
        if (last && settings.fit().isWanted()) {
          errors.close();
          return fitted(scope, layer, new Made(cut, router, chosen), writer, progress);
        }
        boolean looksBack = last ? isOfSets() : makesUp();
        NDList missed = looksBack ? missed(turnScope, layer, cut, router, chosen) : null;
        if (last) {
          write(layer, writer, cut, router);
          states.leave(layer);
          Double together = missed == null ? null : missed.get(1).toDoubleArray()[0];
          return report(turnScope, layer, errors, chosen, together, null);
        }
        errors.close();
        before = missed == null ? null : new ExpertCuts.Before(turnScope, cut, missed.get(0));
        if (before == null) {
          turnScope.close();
        }
      }
      throw new IllegalStateException("no turn was made");
    }
  }

  /** Experts as they are cut, [E, H] router and [N, K] choices. */
  private record Made(ExpertCuts.Cut cut, NDArray router, NDArray chosen) {}

  /** Moves the experts' weights, and then fits the router to them once more. */
  private TokenExperts.LayerFit fitted(
      NDManager scope, int layer, Made made, ExpertSetWriter writer, LayerProgress progress) {
    NDList experts =
        expertFit.begin(scope, model.layer(layer), kept(scope, made.cut()), made.cut());
    experts.add(bias(scope, made.cut().bias()));
    NDArray target = states.target(scope, layer, like);
    ExpertFit.Lesson lesson =
        expertFit.lesson(scope, states.inputs(), target, made.router(), made.chosen());
    TokenExperts.Course course = expertFit.fit(scope, lesson, experts, progress);
    NDArray errors = expertFit.errors(scope, lesson, experts, setBlock());
    NDArray router = routerFit.fit(scope, states.inputs(), errors, made.router());
    NDArray chosen = choose(scope, router);
    ExpertFit.Lesson after = expertFit.lesson(scope, states.inputs(), target, router, chosen);
    write(layer, writer, made.cut(), experts);
    writer.router(layer, kernels.download(router));
    Double together = isOfSets() ? expertFit.error(after, experts) : null;
    states.leave(experts, chosen, after.gates());
    return report(scope, layer, errors, chosen, together, course);
  }

  private void write(int layer, ExpertSetWriter writer, ExpertCuts.Cut cut, NDList experts) {
    for (int e = 0; e < settings.experts(); e++) {
      writer.kept(e, layer, cut.kept()[e]);
      writer.bias(e, layer, cut.bias()[e]);
    }
    for (int i = 0; i < ExpertFit.WEIGHTS.size(); i++) {
      float[] all = kernels.download(experts.get(i));
      int size = all.length / settings.experts();
      for (int e = 0; e < settings.experts(); e++) {
        float[] own = Arrays.copyOfRange(all, e * size, (e + 1) * size);
        writer.own(ExpertFit.WEIGHTS.get(i), e, layer, own);
      }
    }
  }

  /** Several experts share a token. */
  private boolean isOfSets() {
    return settings.expertsPerToken() > 1;
  }

  /** Each is made for what the others leave; only a fold can have another target than y. */
  private boolean makesUp() {
    return isOfSets() && settings.compensation() == Compensation.FOLD;
  }

  private static NDArray keep(NDManager scope, NDArray old, NDArray next) {
    next.attach(scope);
    old.close();
    return next;
  }

  private NDArray start(NDManager scope) {
    NDArray groups = states.groups(scope);
    return groups != null
        ? groups
        : new SphericalKmeans(kernels, order, block())
            .run(scope, states.inputs(), like, settings.experts());
  }

  private NDArray errors(NDManager scope, int layer, ExpertCuts.Cut cut) {
    KernelArguments arguments =
        experts(scope, layer, cut).add(like).add(setBlock()).add((long) settings.expertsPerToken());
    return kernels.call(scope, "expert_errors", arguments).head();
  }

  /** What the chosen experts miss together, [N, H], and its relative size. */
  private NDList missed(
      NDManager scope, int layer, ExpertCuts.Cut cut, NDArray router, NDArray chosen) {
    KernelArguments arguments =
        experts(scope, layer, cut).add(router).add(chosen).add(like).add(block());
    return kernels.call(scope, "missed", arguments);
  }

  private KernelArguments experts(NDManager scope, int layer, ExpertCuts.Cut cut) {
    return new KernelArguments()
        .add(states.inputs())
        .add(model.layer(layer))
        .add(kept(scope, cut))
        .add(cut.down())
        .add(bias(scope, cut.bias()));
  }

  /** Channels of each expert, [E, C] int32. */
  private NDArray kept(NDManager scope, ExpertCuts.Cut cut) {
    int[] kept = Arrays.stream(cut.kept()).flatMapToInt(Arrays::stream).toArray();
    return scope.create(kept, new Shape(cut.kept().length, settings.width()));
  }

  private NDArray bias(NDManager scope, float[][] bias) {
    float[] flat = new float[bias.length * bias[0].length];
    for (int e = 0; e < bias.length; e++) {
      System.arraycopy(bias[e], 0, flat, e * bias[e].length, bias[e].length);
    }
    Precision statistics = model.device().precision().statistics();
    return flat.length == 0
        ? scope.create(new Shape(0))
        : kernels.upload(scope, flat, statistics, bias.length, bias[0].length);
  }

  private NDArray choose(NDManager scope, NDArray router) {
    KernelArguments arguments =
        new KernelArguments()
            .add(states.inputs())
            .add(router)
            .add((long) settings.expertsPerToken())
            .add(block());
    return kernels.call(scope, "choose_experts", arguments).head();
  }

  private void write(int layer, ExpertSetWriter writer, ExpertCuts.Cut cut, NDArray router) {
    float[] downs =
        settings.compensation() == Compensation.FOLD ? kernels.download(cut.down()) : new float[0];
    int size = model.config().hiddenSize() * settings.width();
    for (int e = 0; e < settings.experts(); e++) {
      writer.kept(e, layer, cut.kept()[e]);
      switch (settings.compensation()) {
        case NONE -> {}
        case BIAS -> writer.bias(e, layer, cut.bias()[e]);
        case FOLD ->
            writer.foldedDown(e, layer, Arrays.copyOfRange(downs, e * size, (e + 1) * size));
      }
    }
    writer.router(layer, kernels.download(router));
  }

  private TokenExperts.LayerFit report(
      NDManager scope,
      int layer,
      NDArray errors,
      NDArray chosen,
      Double together,
      TokenExperts.Course course) {
    double[] found =
        kernels
            .call(scope, "fit_report", new KernelArguments().add(errors).add(chosen))
            .head()
            .toDoubleArray();
    long[] tokens = Arrays.stream(found).skip(3).mapToLong(Math::round).toArray();
    double error = together == null ? found[0] : together;
    return new TokenExperts.LayerFit(layer, error, found[1], found[2], tokens, course);
  }

  private NDArray zeros(NDManager scope, int rows, int columns) {
    Precision statistics = model.device().precision().statistics();
    return kernels.upload(scope, new float[rows * columns], statistics, rows, columns);
  }

  private long block() {
    return model.device().isCpu() ? CPU_BLOCK : GPU_BLOCK;
  }

  private long setBlock() {
    if (!isOfSets()) {
      return block();
    }
    return model.device().isCpu() ? SETS_CPU_BLOCK : SETS_GPU_BLOCK;
  }

  @Override
  public void close() {
    manager.close();
  }
}
