package dev.shoal.models.calibration;

import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.checkpoint.SafetensorsWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Channel statistics as a safetensors file: per layer count [1], mean [F] and m2 [F]; those of FLAP
 * have windows [1], mean [F] and fluctuation [F].
 */
public final class StatisticsFile {

  private StatisticsFile() {}

  /** Writes the statistics of every layer. */
  public static void write(ChannelStatistics statistics, Path file) {
    List<TensorSpec> specs = new ArrayList<>();
    List<Long> channels = List.of((long) statistics.channels());
    for (int layer = 0; layer < statistics.layers(); layer++) {
      specs.add(new TensorSpec(name(layer, "count"), TensorDtype.I64, List.of(1L)));
      specs.add(new TensorSpec(name(layer, "mean"), TensorDtype.F64, channels));
      specs.add(new TensorSpec(name(layer, "m2"), TensorDtype.F64, channels));
    }
    try (SafetensorsWriter writer = new SafetensorsWriter(file, specs, Map.of())) {
      for (int layer = 0; layer < statistics.layers(); layer++) {
        writer.write(name(layer, "count"), new long[] {statistics.count(layer)});
        writer.write(name(layer, "mean"), statistics.mean(layer));
        writer.write(name(layer, "m2"), statistics.m2(layer));
      }
    }
  }

  /** Reads what {@link #write(ChannelStatistics, Path)} wrote. */
  public static ChannelStatistics read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      int layers = file.names().size() / 3;
      int channels = Math.toIntExact(file.spec(name(0, "mean")).shape().get(0));
      ChannelStatistics statistics = new ChannelStatistics(layers, channels);
      for (int layer = 0; layer < layers; layer++) {
        statistics.add(
            layer,
            file.longs(name(layer, "count"))[0],
            file.doubles(name(layer, "mean")),
            file.doubles(name(layer, "m2")));
      }
      return statistics;
    }
  }

  /** Writes the statistics of every layer. */
  public static void write(FlapStatistics statistics, Path file) {
    List<TensorSpec> specs = new ArrayList<>();
    List<Long> channels = List.of((long) statistics.channels());
    for (int layer = 0; layer < statistics.layers(); layer++) {
      specs.add(new TensorSpec(name(layer, "windows"), TensorDtype.I64, List.of(1L)));
      specs.add(new TensorSpec(name(layer, "mean"), TensorDtype.F64, channels));
      specs.add(new TensorSpec(name(layer, "fluctuation"), TensorDtype.F64, channels));
    }
    try (SafetensorsWriter writer = new SafetensorsWriter(file, specs, Map.of())) {
      for (int layer = 0; layer < statistics.layers(); layer++) {
        writer.write(name(layer, "windows"), new long[] {statistics.windows(layer)});
        writer.write(name(layer, "mean"), statistics.mean(layer));
        writer.write(name(layer, "fluctuation"), statistics.fluctuation(layer));
      }
    }
  }

  /** Reads what {@link #write(FlapStatistics, Path)} wrote. */
  public static FlapStatistics readFlap(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      int layers = file.names().size() / 3;
      long[] windows = new long[layers];
      double[][] mean = new double[layers][];
      double[][] fluctuation = new double[layers][];
      for (int layer = 0; layer < layers; layer++) {
        windows[layer] = file.longs(name(layer, "windows"))[0];
        mean[layer] = file.doubles(name(layer, "mean"));
        fluctuation[layer] = file.doubles(name(layer, "fluctuation"));
      }
      return new FlapStatistics(windows, mean, fluctuation);
    }
  }

  private static String name(int layer, String what) {
    return "layers." + layer + "." + what;
  }
}
