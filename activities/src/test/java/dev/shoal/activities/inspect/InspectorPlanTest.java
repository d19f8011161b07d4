package dev.shoal.activities.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.engine.CudaDevice;
import dev.shoal.models.plan.MemoryUse;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.OptimizerHome;
import dev.shoal.workflows.request.Numerics;
import dev.shoal.workflows.request.Training;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The plan of an inspected request")
class InspectorPlanTest extends InspectedSample {

  @Test
  @DisplayName("resolves a small request: paths, automatic values, digests and a plan")
  void resolves() {
    Inspected found = inspect("");
    assertThat(found.request().datasets()).extracting("name").containsExactly("a", "b");
    assertThat(found.request().training().learningRate()).isEqualTo(3e-3);
    assertThat(found.request().training().routerTemperature()).isEqualTo(0.05);
    assertThat(found.modelManifest().sha256()).hasSize(64);
    assertThat(found.plan().parameters()).isGreaterThan(found.plan().activeParameters());
    assertThat(found.plan().markdown()).contains("| train experts |");
  }

  @Test
  @DisplayName("takes the worker's GPUs in bfloat16 for auto, and the processor in float32 else")
  void devices() {
    WorkerDevices gpu = new WorkerDevices(List.of(new CudaDevice(0, "Card", 24L << 30, "8.9")));
    Machine machine = new Machine(gpu, AMPLE, device -> device.isCpu() ? 1e10 : 1e14, AMPLE);
    assertThat(inspect("").request().numerics())
        .isEqualTo(new Numerics(Numerics.Device.CPU, Numerics.ComputeType.FLOAT32, false));
    assertThat(inspector(machine).inspect(request("")).request().numerics())
        .isEqualTo(new Numerics(Numerics.Device.CUDA, Numerics.ComputeType.BFLOAT16, false));
    assertThat(inspect("").plan().queue()).isEqualTo("shoal-cpu");
    assertThat(inspector(machine).inspect(request("")).plan().queue()).isEqualTo("shoal-gpu-8g");
    String cpu = ", \"numerics\": {\"device\": \"cpu\"}";
    assertThat(inspector(machine).inspect(request(cpu)).request().numerics())
        .isEqualTo(new Numerics(Numerics.Device.CPU, Numerics.ComputeType.FLOAT32, false));
    assertThat(failure(", \"numerics\": {\"device\": \"cuda\"}"))
        .isEqualTo(
            "InvalidInput: The request has a mistake:\n- numerics.device: found cuda, but the worker"
                + " that inspects this request computes on its processor only; set auto or cpu, or"
                + " start the worker where there is a GPU (`shoal doctor` says why one is not used)");
  }

  @Test
  @DisplayName("plans the memory of both training stages, and says so in a table")
  void memory() {
    RunPlan plan = inspect(", \"training\": {\"expert_tokens\": 65536}").plan();
    assertThat(plan.memory()).extracting("stage").containsExactly("train router", "train experts");
    RunPlan.StageMemory experts = plan.memory().get(1);
    assertThat(experts.microBatchWindows()).isEqualTo(8); // 4,096 tokens on a processor
    assertThat(experts.recompute()).isFalse();
    assertThat(experts.home()).isEqualTo(OptimizerHome.DEVICE);
    assertThat(plan.markdown())
        .contains("| memory, GiB | weights | teacher |")
        .containsPattern(
            "\\| train experts \\| 0\\.0\\d \\|.* \\| 8 \\| no \\| device \\| behind \\|\n");
  }

  @Test
  @DisplayName(
      "trains all weights where they fit onto the device with their moments, else adapters")
  void automatic() {
    String asked = ", \"training\": {\"expert_tokens\": 65536, \"router_tokens\": 0}";
    Inspected ample = inspect(asked);
    assertThat(ample.request().training().weights()).isEqualTo(Training.TrainedWeights.FULL);
    Machine tight = new Machine(WorkerDevices.cpu(), 27L << 20, device -> 1e10, AMPLE);
    assertThat(inspector(tight).inspect(request(asked)).request().training().weights())
        .isEqualTo(Training.TrainedWeights.LORA);
  }

  @Test
  @DisplayName("plans the training of all expert weights: more trained, no adapters")
  void full() {
    Inspected lora = inspect(", \"training\": {\"expert_tokens\": 65536, \"weights\": \"lora\"}");
    Inspected full = inspect(", \"training\": {\"expert_tokens\": 65536, \"weights\": \"full\"}");
    assertThat(full.request().training().weights()).isEqualTo(Training.TrainedWeights.FULL);
    assertThat(full.request().training().learningRate()).isEqualTo(3e-3);
    MemoryUse all = full.plan().memory().get(1).use();
    ModelShape dense = ModelShape.of(full.config());
    MoeShape moe = new MoeShape(dense, 2, 1, dense.intermediate() / 2);
    long trained = 2L * 3 * dense.layers() * dense.hidden() * moe.expertChannels();
    trained += 2L * dense.layers() * dense.hidden(); // routers
    trained += (2L * dense.layers() + 1) * dense.hidden(); // norms
    assertThat(all.trained()).isEqualTo(4 * trained);
    assertThat(all.moments()).isEqualTo(8 * trained);
    assertThat(all.trained()).isGreaterThan(lora.plan().memory().get(1).use().trained());
    assertThat(full.plan().diskBytes()).isGreaterThan(lora.plan().diskBytes());
  }

  @Test
  @DisplayName("plans experts by tokens: more than data sets, no statistics, no router stage")
  void tokens() {
    String asked = ", \"training\": {\"expert_tokens\": 0}";
    String request =
        request(asked).replace("\"num_experts\": 2", "\"num_experts\": 4, \"by\": \"tokens\"");
    RunPlan plan =
        inspector(new Machine(WorkerDevices.cpu(), AMPLE, device -> 1e10, AMPLE))
            .inspect(request)
            .plan();
    assertThat(plan.stages())
        .extracting("stage")
        .containsExactly(
            "inspect", "tokenize", "build experts", "reassemble", "evaluate", "export");
  }

  @Test
  @DisplayName("plans experts to compare with from one sample, and says where a stage is in vain")
  void baselines() {
    RunPlan copy = by("copy", ", \"training\": {\"router_tokens\": 65536}");
    assertThat(copy.stages()).extracting("stage").doesNotContain("calibrate", "affinity", "group");
    assertThat(copy.markdown())
        .contains(
            "training.router_tokens: with experts.by copy all experts are the same, and the router"
                + " has nothing to learn; 0 leaves the stage out");
    assertThat(by("copy", ", \"training\": {\"expert_tokens\": 65536}").memory()).hasSize(1);
  }

  @Test
  @DisplayName("plans memory and disk for experts with weights of their own")
  void ownWeights() {
    String asked = ", \"training\": {\"router_tokens\": 65536, \"expert_tokens\": 0}";
    RunPlan cuts = by("copy", asked);
    RunPlan own = by("drop-upcycle", asked);
    assertThat(own.diskBytes()).isGreaterThan(cuts.diskBytes());
    MemoryUse shared = cuts.memory().get(0).use();
    MemoryUse each = own.memory().get(0).use();
    assertThat(each.weights()).isLessThan(shared.weights()); // no copy of what they have in common
  }

  private RunPlan by(String by, String more) {
    String request =
        request(more).replace("\"num_experts\"", "\"by\": \"" + by + "\", \"num_experts\"");
    return inspector(new Machine(WorkerDevices.cpu(), AMPLE, device -> 1e10, AMPLE))
        .inspect(request)
        .plan();
  }

  @Test
  @DisplayName("plans a run by the paper's recipe, with the warnings that belong to it")
  void paper() {
    Inspected found =
        inspected(
            "dive-2025",
            """
            , "calibration": {"windows": 2, "window_tokens": 16},
            "training": {"router_tokens": 64, "expert_tokens": 64, "sequence_tokens": 32,
                         "batch_tokens": 32}
            """);
    assertThat(found.request().training().learningRate()).isEqualTo(1e-4);
    assertThat(found.request().training().routerTemperature()).isEqualTo(0.05);
    assertThat(found.plan().markdown())
        .contains("there will be no export")
        .contains("training.expert_tokens 64 are 2 steps of batch_tokens 32, too few to train much")
        .contains("the router gets no gradient in the expert stage");
  }
}
