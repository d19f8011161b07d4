package dev.shoal.models.tasks;

/**
 * Standard errors by resampling, with the harness's own draws: 100 generators seeded 0 to 99, each
 * for 1,000 resamples.
 */
final class Bootstrap {

  /** The harness's default. */
  static final int ITERATIONS = 100_000;

  private static final int CHUNK = 1000;

  private Bootstrap() {}

  /** Standard deviation of \( \exp(-\bar\ell) \) over resamples of the log-likelihoods. */
  static double perplexityError(double[] logLikelihoods) {
    double[] resampled = new double[ITERATIONS];
    for (int chunk = 0; chunk < ITERATIONS / CHUNK; chunk++) {
      PythonRandom random = new PythonRandom(chunk);
      for (int i = 0; i < CHUNK; i++) {
        resampled[chunk * CHUNK + i] = Math.exp(-resampledMean(logLikelihoods, random));
      }
    }
    return deviation(resampled);
  }

  private static double resampledMean(double[] values, PythonRandom random) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[(int) (random.random() * values.length)];
    }
    return sum / values.length;
  }

  private static double deviation(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}
