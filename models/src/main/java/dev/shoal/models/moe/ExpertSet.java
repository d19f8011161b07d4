package dev.shoal.models.moe;

import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The experts of a model, as choices over its dense weights: which channels each keeps, and what
 * makes up for the others.
 *
 * <p>Axes: E experts, L layers, C channels kept, H hidden. One file, {@code experts.safetensors}:
 * {@code kept} [E, L, C]; with {@link Compensation#BIAS} {@code bias} [E, L, H]; with {@link
 * Compensation#FOLD} for every expert and layer {@code down.E.L} [H, C], read when asked for; where
 * routers were fitted, {@code router.L} [E, H]. Gate and up of an expert are rows of the dense ones
 * and are not stored.
 */
public final class ExpertSet implements AutoCloseable {

  /** The one file of the folder. */
  static final String FILE = "experts.safetensors";

  /** Key of the compensation in the file's metadata. */
  static final String COMPENSATION = "compensation";

  private final Compensation compensation;
  private final int[][][] kept; // [E, L, C]
  private final float[][][] bias; // [E, L, H] or null
  private final SafetensorsFile file; // null where all is in memory

  private ExpertSet(
      Compensation compensation, int[][][] kept, float[][][] bias, SafetensorsFile file) {
    this.compensation = compensation;
    this.kept = kept;
    this.bias = bias;
    this.file = file;
  }

  /** Experts that need no file: cut, and where a bias is given, with it. */
  public static ExpertSet of(int[][][] kept, float[][][] bias) {
    return new ExpertSet(bias == null ? Compensation.NONE : Compensation.BIAS, kept, bias, null);
  }

  /** Opens a folder that {@link ExpertBuilder} wrote. */
  public static ExpertSet load(Path folder) {
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(FILE));
    Compensation compensation = Compensation.valueOf(file.metadata().get(COMPENSATION));
    long[] shape = shape(file, "kept");
    int[][][] kept = new int[(int) shape[0]][(int) shape[1]][(int) shape[2]];
    int[] flat = file.ints("kept");
    for (int row = 0; row < shape[0] * shape[1]; row++) {
      int[] target = kept[row / (int) shape[1]][row % (int) shape[1]];
      System.arraycopy(flat, row * target.length, target, 0, target.length);
    }
    float[][][] bias = compensation == Compensation.BIAS ? bias(file) : null;
    return new ExpertSet(compensation, kept, bias, file);
  }

  /** What makes up for the channels that are gone. */
  public Compensation compensation() {
    return compensation;
  }

  /** E. */
  public int experts() {
    return kept.length;
  }

  /** L. */
  public int layers() {
    return kept[0].length;
  }

  /** C. */
  public int width() {
    return kept[0][0].length;
  }

  /** Channels an expert keeps in a layer, ascending, [C]. */
  public int[] kept(int expert, int layer) {
    return kept[expert][layer].clone();
  }

  /** All of them, [E, L, C]; not to be changed. */
  int[][][] kept() {
    return kept;
  }

  /** Bias of an expert's down projection, [H]; only with {@link Compensation#BIAS}. */
  public float[] bias(int expert, int layer) {
    if (bias == null) {
      throw new IllegalStateException(
          "experts with compensation " + compensation + " have no bias");
    }
    return bias[expert][layer].clone();
  }

  /** Folded down projection, [H, C] row-major; only with {@link Compensation#FOLD}. */
  public float[] foldedDown(int expert, int layer) {
    if (compensation != Compensation.FOLD) {
      throw new IllegalStateException(
          "experts with compensation " + compensation + " have no folded weights");
    }
    return file.floats(foldedName(expert, layer));
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }

  /** Router that was fitted to the experts of a layer, [E, H]; none where it has to be trained. */
  public Optional<float[]> router(int layer) {
    String name = routerName(layer);
    return file != null && file.names().contains(name)
        ? Optional.of(file.floats(name))
        : Optional.empty();
  }

  static String routerName(int layer) {
    return "router." + layer;
  }

  static String foldedName(int expert, int layer) {
    return "down." + expert + "." + layer;
  }

  private static float[][][] bias(SafetensorsFile file) {
    long[] shape = shape(file, "bias");
    float[][][] bias = new float[(int) shape[0]][(int) shape[1]][(int) shape[2]];
    float[] flat = file.floats("bias");
    for (int row = 0; row < shape[0] * shape[1]; row++) {
      float[] target = bias[row / (int) shape[1]][row % (int) shape[1]];
      System.arraycopy(flat, row * target.length, target, 0, target.length);
    }
    return bias;
  }

  private static long[] shape(SafetensorsFile file, String name) {
    return file.spec(name).shape().stream().mapToLong(Long::longValue).toArray();
  }
}
