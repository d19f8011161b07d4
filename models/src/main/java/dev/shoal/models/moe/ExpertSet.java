package dev.shoal.models.moe;

import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The experts of a model, as choices over its dense weights: which channels each keeps, and what
 * makes up for the others.
 *
 * <p>Axes: E experts, L layers, C channels kept, H hidden. One file, {@code experts.safetensors}:
 * {@code kept} [E, L, C]; with {@link Compensation#BIAS} {@code bias} [E, L, H]; with {@link
 * Compensation#FOLD} for every expert and layer {@code down.E.L} [H, C], read when asked for; where
 * routers were fitted, {@code router.L} [E, H]. Gate and up of an expert are rows of the dense ones
 * and are not stored, unless they have weights that no dense row is: then there are {@code
 * gate.E.L} and {@code up.E.L} [C, H], and {@code down.E.L} as well. Where down projections are
 * columns of the dense one, all may be multiplied by one number of the file's metadata.
 */
public final class ExpertSet implements AutoCloseable {

  /** The one file of the folder. */
  static final String FILE = "experts.safetensors";

  /** Key of the compensation in the file's metadata. */
  static final String COMPENSATION = "compensation";

  /** Key of the factor of cut down projections in the file's metadata; absent for 1. */
  static final String DOWN_SCALE = "down_scale";

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

  /**
   * Whether experts have such weights of their own. Without them theirs are cuts of the dense one:
   * rows of gate and up, columns of down times {@link #downScale}.
   *
   * @param tensor gate, up or down
   */
  public boolean owns(MoeTensor tensor) {
    return file != null && file.names().contains(ownName(tensor, 0, 0));
  }

  /** Gate or up, [C, H], or down, [H, C], of an expert, row-major, where {@link #owns} says so. */
  public float[] own(MoeTensor tensor, int expert, int layer) {
    if (!owns(tensor)) {
      throw new IllegalStateException(
          "experts with compensation %s have no %s of their own; it is a cut of the dense one"
              .formatted(compensation, tensor.name().toLowerCase(Locale.ROOT)));
    }
    return file.floats(ownName(tensor, expert, layer));
  }

  /** What columns of the dense down projection are multiplied by. */
  public float downScale() {
    String scale = file == null ? null : file.metadata().get(DOWN_SCALE);
    return scale == null ? 1 : Float.parseFloat(scale);
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

  static String ownName(MoeTensor tensor, int expert, int layer) {
    return tensor.name().toLowerCase(Locale.ROOT) + "." + expert + "." + layer;
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
