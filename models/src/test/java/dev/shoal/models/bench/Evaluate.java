package dev.shoal.models.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.tasks.FewShot;
import dev.shoal.models.tasks.ItemsFile;
import dev.shoal.models.tasks.ResultsJson;
import dev.shoal.models.tasks.TaskEvaluation;
import dev.shoal.models.tasks.TaskFile;
import dev.shoal.models.tasks.TaskResult;
import dev.shoal.models.tasks.TaskSpec;
import dev.shoal.models.tokens.ModelTokenizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scores a dense model on task files and says how fast, for {@code eval_speed.sh}. Arguments: model
 * folder, threads, output folder, examples an item, their file or {@code -} for the task's own,
 * task files. A line {@code seconds} has items, wall and processor time, without loading.
 */
public final class Evaluate {

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Evaluate() {}

  public static void main(String[] args) {
    Engine.setThreads(Integer.parseInt(args[1]));
    Path folder = Path.of(args[0]);
    Path out = Path.of(args[2]);
    List<TaskResult> results = new ArrayList<>();
    try (DenseModel model = DenseModel.load(folder, Device.cpu());
        ModelTokenizer tokenizer = ModelTokenizer.open(folder)) {
      for (String file : List.of(args).subList(5, args.length)) {
        TaskSpec spec = TaskSpec.of(Path.of(file)).withFewShot(fewShot(args[3], args[4]));
        long wall = System.nanoTime();
        long cpu = PROCESS.getProcessCpuTime();
        TaskResult result =
            TaskEvaluation.run(model, tokenizer, TaskFile.read(spec), Progress.NONE);
        double seconds = (System.nanoTime() - wall) / 1e9;
        double busy = (PROCESS.getProcessCpuTime() - cpu) / 1e9;
        System.out.printf("%s %s%n", spec.name(), result.metrics());
        System.out.printf("seconds %d %.3f %.3f%n", result.items().size(), seconds, busy);
        ItemsFile.write(out, result);
        results.add(result);
        ResultsJson.write(out, args[0], results);
      }
    }
  }

  private static FewShot fewShot(String count, String file) {
    Optional<Path> path = Optional.of(file).filter(name -> !name.equals("-")).map(Path::of);
    return new FewShot(Integer.parseInt(count), path, FewShot.Order.SAMPLED, FewShot.HARNESS_SEED);
  }
}
