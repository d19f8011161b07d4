package dev.shoal.worker.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.shoal.models.engine.EngineReport;
import dev.shoal.models.engine.GpuSetup;
import dev.shoal.worker.wiring.DeviceReport;
import io.temporal.api.taskqueue.v1.PollerInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The doctor")
class CheckTest {

  private static final GpuSetup SETUP = new GpuSetup("", false, "", "", false);

  private static Check devices(String sign, String asked) {
    EngineReport engine = new EngineReport("pytorch-2.7.1", false, List.of(), sign, SETUP);
    return Check.devices(() -> new DeviceReport(engine, Optional.ofNullable(asked)));
  }

  @Test
  @DisplayName("is content with a processor, and notes a GPU that lies idle with what it lacks")
  void devices() {
    assertThat(devices("", null))
        .isEqualTo(new Check("devices", Check.Verdict.OK, "the processor"));
    Check idle = devices("nvidia-smi is installed", null);
    assertThat(idle.verdict()).isEqualTo(Check.Verdict.NOTE);
    assertThat(idle.ok()).isTrue();
    assertThat(idle.detail())
        .startsWith(
            "the processor; there is a GPU (nvidia-smi is installed), but the engine pytorch-2.7.1"
                + " is built for processors only, so it is not used; missing: PYTORCH_LIBRARY_PATH");
  }

  @Test
  @DisplayName("has a problem when the GPU that was asked for cannot be used")
  void asked() {
    assertThat(devices("nvidia-smi is installed", "0").verdict()).isEqualTo(Check.Verdict.PROBLEM);
    assertThat(devices("nvidia-smi is installed", "cpu").verdict()).isEqualTo(Check.Verdict.OK);
  }

  @Test
  @DisplayName("notes that nobody asks for work, and names those who do")
  void worker() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    PollerInfo alive = poller("17@one", now.minusSeconds(12));
    PollerInfo dead = poller("18@two", now.minusSeconds(200));
    assertThat(TemporalChecks.worker(List.of(dead, alive), now))
        .isEqualTo(new Check("worker", Check.Verdict.OK, "17@one asked for work 12 s ago"));
    Check none = TemporalChecks.worker(List.of(dead), now);
    assertThat(none.verdict()).isEqualTo(Check.Verdict.NOTE);
    assertThat(none.detail()).startsWith("none asks for work, so runs wait; start one with");
  }

  private static PollerInfo poller(String identity, Instant last) {
    return PollerInfo.newBuilder()
        .setIdentity(identity)
        .setLastAccessTime(Timestamps.fromMillis(last.toEpochMilli()))
        .build();
  }
}
