package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("Training whose numbers or kernels fail")
class NumbersTest {

  private static final ReliabilityPage PAGE = new ReliabilityPage("NumbersTest");

  @Test
  @DisplayName("goes on when a kernel throws, to the same bytes")
  void throwing(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      inExperts(home, "kernel.throws");
      double seconds = home.awaitWork("train experts.begin", home.work("train experts.begin"));
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "a kernel throws",
          "in a step of the expert stage, once",
          seconds,
          home.steps().repeated(),
          "same digest");
    }
  }

  @Test
  @DisplayName("goes on with half the micro-batch when memory runs out, to nearly the same loss")
  void outOfMemory(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      inExperts(home, "memory.out");
      JsonNode result = home.finish();
      home.awaitLog("it goes on with half the micro-batch");
      double trained = result.path("trained").asDouble();
      assertThat(trained).isCloseTo(Undisturbed.trained(), withPercentage(0.01));
      PAGE.row(
          "memory runs out",
          "in a step of the expert stage, once; half the micro-batch, twice as many of them",
          Double.NaN,
          home.steps().repeated(),
          difference(trained));
    }
  }

  @Test
  @DisplayName("goes back once to half the learning rate when the loss is not a number")
  void notANumber(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      inExperts(home, "loss.nan");
      JsonNode result = home.finish();
      home.awaitLog("it goes back once, to half the learning rate");
      double trained = result.path("trained").asDouble();
      assertThat(trained).isLessThan(result.path("routed").asDouble());
      PAGE.row(
          "the loss is not a number",
          "in a step of the expert stage, once; half the learning rate from there on",
          Double.NaN,
          home.steps().repeated(),
          difference(trained));
    }
  }

  @Test
  @DisplayName("parks the run as Diverged when that happens again")
  void twice(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      inExperts(home, "loss.nan");
      home.arm("loss.nan");
      home.awaitReached("loss.nan");
      assertThat(home.home.attempt("watch", "pico").out()).contains("Diverged");
      home.home.shoal("resume", "pico", "--skip");
      assertThat(home.home.shoal("watch", "pico", "--json").json().path("trained").isNull())
          .isTrue();
      PAGE.row(
          "the loss is not a number, twice",
          "in two steps of the expert stage: the run waits as `Diverged`; skipped with `shoal resume --skip`",
          Double.NaN,
          home.steps().repeated(),
          "the routed model");
    }
  }

  /** The fault comes behind a checkpoint of the expert stage. */
  private static void inExperts(FaultHome home, String fault) throws Exception {
    home.slow(true);
    home.arm("train experts.begin");
    home.start();
    home.awaitReached("train experts.begin");
    home.arm("checkpoint.after");
    home.release("train experts.begin");
    home.awaitReached("checkpoint.after");
    home.release("checkpoint.after");
    home.arm(fault);
    home.awaitReached(fault);
    home.slow(false);
  }

  private static String difference(double trained) throws Exception {
    return String.format(
        Locale.ROOT, "perplexity %.5f, undisturbed %.5f", trained, Undisturbed.trained());
  }
}
