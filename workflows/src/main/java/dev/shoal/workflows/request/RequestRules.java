package dev.shoal.workflows.request;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What numbers and names of a request are possible, as far as the request alone can tell. What
 * needs the model or the files is checked by inspection.
 */
final class RequestRules {

  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** A share of any FFN that is smaller keeps one channel, as this one does. */
  private static final BigDecimal SMALLEST_SHARE = new BigDecimal("1e-9");

  private static final BigDecimal MOST_CHANNELS = BigDecimal.valueOf(Integer.MAX_VALUE);

  /** Of so many windows one is held out where experts are fitted. */
  private static final int FIT_WINDOWS = 8;

  private final List<Problem> problems = new ArrayList<>();

  private RequestRules() {}

  static List<Problem> check(ReconstructionRequest request) {
    RequestRules rules = new RequestRules();
    rules.head(request);
    rules.datasets(request);
    rules.experts(request.experts());
    rules.method(request.experts(), request.calibration());
    rules.fitting(request);
    rules.fit(request.experts(), request.calibration());
    rules.calibration(request.calibration());
    rules.training(request.training());
    rules.losses(request);
    rules.rest(request);
    return rules.problems;
  }

  private void head(ReconstructionRequest request) {
    require(request.version() == 1, "version", request.version(), "1");
    require(NAME.matcher(request.name()).matches(), "name", request.name(), NAME_RULE);
    require(!request.model().isBlank(), "model", "nothing", "a folder with config.json");
  }

  static final String NAME_RULE =
      "1 to 64 letters, digits, dots, dashes or underscores, not starting with a sign";

  private void datasets(ReconstructionRequest request) {
    List<Dataset> datasets = request.datasets();
    if (datasets.isEmpty()) {
      problems.add(new Problem("datasets", "found no data set, expected at least one"));
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < datasets.size(); i++) {
      Dataset dataset = datasets.get(i);
      String field = "datasets[" + i + "].";
      require(NAME.matcher(dataset.name()).matches(), field + "name", dataset.name(), NAME_RULE);
      require(seen.add(dataset.name()), field + "name", dataset.name(), "a name used only once");
      require(!dataset.path().isBlank(), field + "path", "nothing", "a file, folder or glob");
      require(dataset.weight() > 0, field + "weight", dataset.weight(), "a number above 0");
      require(!dataset.use().isEmpty(), field + "use", "an empty list", "at least one purpose");
    }
    for (Use use : Use.values()) {
      boolean trains = request.training().routerTokens() > 0 || !noExpertTokens(request);
      boolean needed = use != Use.TRAIN || trains;
      require(
          !needed || datasets.stream().anyMatch(d -> d.serves(use)),
          "datasets",
          "no data set to " + use.name().toLowerCase(Locale.ROOT),
          "at least one");
    }
    long calibrated = datasets.stream().filter(d -> d.serves(Use.CALIBRATE)).count();
    Integer experts = request.experts().numExperts();
    if (request.experts().needGroups() && calibrated < experts) {
      problems.add(
          new Problem(
              "experts.num_experts",
              ("found %d experts for %d data sets to calibrate on; there cannot be more experts than"
                      + " data sets: add data sets, set num_experts to %d or less or %s")
                  .formatted(
                      experts,
                      calibrated,
                      calibrated,
                      request.experts().by().isByDomains() ? "by to tokens" : "start to kmeans")));
    }
  }

  private static boolean noExpertTokens(ReconstructionRequest request) {
    Long tokens = request.training().expertTokens();
    return tokens != null && tokens == 0;
  }

  private void experts(Experts experts) {
    require(experts.numExperts() >= 1, "experts.num_experts", experts.numExperts(), "1 or more");
    require(
        experts.expertsPerToken() >= 1
            && experts.expertsPerToken() <= Math.max(1, experts.numExperts()),
        "experts.experts_per_token",
        experts.expertsPerToken(),
        "between 1 and num_experts (" + experts.numExperts() + ")");
    BigDecimal width = experts.width();
    boolean count = width.compareTo(BigDecimal.ONE) > 0;
    boolean whole = width.compareTo(MOST_CHANNELS) <= 0 && width.stripTrailingZeros().scale() <= 0;
    require(
        width.compareTo(SMALLEST_SHARE) >= 0 && (!count || whole),
        "experts.width",
        width,
        "a share in (0, 1] or a whole number of channels");
  }

  private void fitting(ReconstructionRequest request) {
    Experts.By by = request.experts().by();
    boolean tokens = by == Experts.By.TOKENS;
    boolean fitted = request.experts().router() == Experts.RouterOrigin.FITTED;
    require(fitted || !tokens, "experts.router", "trained", "fitted, as experts.by is tokens");
    require(
        tokens || request.experts().start() == Experts.Start.KMEANS,
        "experts.start",
        "groups",
        "kmeans, as experts.by is " + by + "; only experts by tokens start from groups");
    require(
        !fitted || by.isFittable(),
        "experts.router",
        "fitted",
        "trained, as experts.by is "
            + by
            + "; routers are fitted for domains, tokens and"
            + " random-calibration");
    boolean flap = request.calibration().statistic() == Calibration.Statistic.FLAP;
    require(
        !(flap && (tokens || fitted)),
        "calibration.statistic",
        "flap",
        "variance, as the router is fitted");
  }

  /** Fitting the experts' weights. */
  private void fit(Experts experts, Calibration calibration) {
    Integer steps = experts.fit().steps();
    require(steps >= 0, "experts.fit.steps", steps, "0 or more");
    positive(experts.fit().learningRate(), "experts.fit.learning_rate");
    require(
        steps <= 0 || experts.by() == Experts.By.TOKENS,
        "experts.fit.steps",
        steps,
        "0, as experts.by is " + experts.by() + "; only experts by tokens are fitted");
    require(
        steps <= 0 || calibration.windows() >= FIT_WINDOWS,
        "calibration.windows",
        calibration.windows(),
        FIT_WINDOWS + " or more, as experts.fit holds one of " + FIT_WINDOWS + " out");
  }

  /** What a way to make experts asks of the other fields. */
  private void method(Experts experts, Calibration calibration) {
    Experts.By by = experts.by();
    require(
        by != Experts.By.SINGLE || experts.numExperts() == 1,
        "experts.num_experts",
        experts.numExperts(),
        "1, as experts.by is single; several equal experts are copy");
    require(
        !by.isSplit() || experts.compensation() == Experts.Compensation.NONE,
        "experts.compensation",
        experts.compensation().name().toLowerCase(Locale.ROOT),
        "none, as experts.by is " + by + " and removes no channel");
    int each = calibration.statistic() == Calibration.Statistic.FLAP ? 2 : 1;
    require(
        by != Experts.By.RANDOM_CALIBRATION || calibration.windows() >= each * experts.numExperts(),
        "calibration.windows",
        calibration.windows(),
        each * experts.numExperts() + " or more, as each of the experts is calibrated on its own");
  }

  private void calibration(Calibration calibration) {
    boolean flap = calibration.statistic() == Calibration.Statistic.FLAP;
    require(
        calibration.windows() >= (flap ? 2 : 1),
        "calibration.windows",
        calibration.windows(),
        flap ? "2 or more, as statistic flap drops the first" : "1 or more");
    require(
        calibration.windowTokens() >= 2,
        "calibration.window_tokens",
        calibration.windowTokens(),
        "2 or more");
    require(
        calibration.affinityWindows() >= 1,
        "calibration.affinity_windows",
        calibration.affinityWindows(),
        "1 or more");
  }

  private void training(Training training) {
    String at = "training.";
    require(
        training.routerTokens() >= 0, at + "router_tokens", training.routerTokens(), "0 or more");
    Long experts = training.expertTokens();
    require(experts == null || experts >= 0, at + "expert_tokens", experts, "0 or more, or auto");
    require(training.lora().r() >= 1, at + "lora.r", training.lora().r(), "1 or more");
    positive(training.lora().alpha(), at + "lora.alpha");
    Training.Distillation distillation = training.distillation();
    require(
        distillation.weight() >= 0, at + "distillation.weight", distillation.weight(), "0 or more");
    positive(distillation.temperature(), at + "distillation.temperature");
    positive(training.learningRate(), at + "learning_rate");
    positive(training.routerTemperature(), at + "router_temperature");
    double warmup = training.warmupRatio();
    require(warmup >= 0 && warmup < 1, at + "warmup_ratio", warmup, "in [0, 1)");
    require(training.weightDecay() >= 0, at + "weight_decay", training.weightDecay(), "0 or more");
    int sequence = training.sequenceTokens();
    require(sequence >= 2, at + "sequence_tokens", sequence, "2 or more");
    require(
        sequence < 2
            || (training.batchTokens() >= sequence && training.batchTokens() % sequence == 0),
        at + "batch_tokens",
        training.batchTokens(),
        "a multiple of sequence_tokens (" + sequence + ")");
    String checkpoint = training.fromCheckpoint();
    require(
        checkpoint == null || DIGEST.matcher(checkpoint).matches(),
        at + "from_checkpoint",
        checkpoint,
        "the 64 hexadecimal digits of a checkpoint; `shoal fork RUN` finds them");
  }

  private void losses(ReconstructionRequest request) {
    Training.Losses losses = request.training().losses();
    String at = "training.losses.";
    notNegative(losses.loadBalance(), at + "load_balance");
    notNegative(losses.cvSquared(), at + "cv_squared");
    notNegative(losses.routerZ(), at + "router_z");
    notNegative(losses.mutualInformation(), at + "mutual_information");
    long trained = request.datasets().stream().filter(d -> d.serves(Use.TRAIN)).count();
    require(
        !(losses.mutualInformation() > 0) || trained > 1,
        at + "mutual_information",
        losses.mutualInformation(),
        "0, as there are not two data sets to train on");
  }

  private void rest(ReconstructionRequest request) {
    Evaluation evaluation = request.evaluation();
    require(evaluation.windows() >= 1, "evaluation.windows", evaluation.windows(), "1 or more");
    require(
        evaluation.windowTokens() >= 2,
        "evaluation.window_tokens",
        evaluation.windowTokens(),
        "2 or more");
    tasks(evaluation.tasks());
    require(
        !request.export().formats().isEmpty(), "export.formats", "an empty list", "at least one");
    Integer seconds = request.checkpoint().everySeconds();
    require(seconds >= 1, "checkpoint.every_seconds", seconds, "1 or more");
  }

  private void tasks(List<EvaluationTask> tasks) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < tasks.size(); i++) {
      EvaluationTask task = tasks.get(i);
      String field = "evaluation.tasks[" + i + "].";
      require(NAME.matcher(task.name()).matches(), field + "name", task.name(), NAME_RULE);
      require(seen.add(task.name()), field + "name", task.name(), "a name used only once");
      require(!task.path().isBlank(), field + "path", "nothing", "a file");
      require(task.numFewshot() >= 0, field + "num_fewshot", task.numFewshot(), "0 or more");
    }
  }

  private void notNegative(double value, String field) {
    require(value >= 0, field, value, "0 or more");
  }

  private void positive(Double value, String field) {
    require(value == null || value > 0, field, value, "a number above 0");
  }

  private void require(boolean holds, String field, Object found, String rule) {
    if (!holds) {
      problems.add(new Problem(field, "found %s, expected %s".formatted(found, rule)));
    }
  }
}
