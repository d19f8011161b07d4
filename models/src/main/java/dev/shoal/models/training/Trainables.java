package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights a stage trains, in a fixed order: layer by layer, then final norm, head, embedding; a
 * tied embedding is all of the last two. They stay in the model, in float32 or wider.
 */
final class Trainables {

  private static final List<MoeTensor> FULL =
      List.of(MoeTensor.ROUTER, MoeTensor.GATE, MoeTensor.UP, MoeTensor.DOWN);

  private final LanguageModel model;
  private final List<String> names;
  private final int[] indices; // into the arrays of all layers; -1 for the last few

  private Trainables(LanguageModel model, List<String> names) {
    this.model = model;
    this.names = List.copyOf(names);
    this.indices = names.stream().mapToInt(model::index).toArray();
    Precision precision = model.device().precision();
    if (precision != precision.statistics()) {
      names.forEach(this::widen);
    }
  }

  static Trainables of(LanguageModel model, TrainingStage stage) {
    List<String> names = new ArrayList<>();
    for (int l = 0; l < model.config().numLayers(); l++) {
      addLayer(names, l, stage, model.config());
    }
    if (stage != TrainingStage.ROUTER) {
      names.add(DenseTensor.FINAL_NORM);
    }
    if (stage == TrainingStage.DENSE) {
      if (!model.config().tiedEmbeddings()) {
        names.add(DenseTensor.HEAD);
      }
      names.add(DenseTensor.EMBEDDING);
    }
    return new Trainables(model, names);
  }

  List<String> names() {
    return names;
  }

  int size() {
    return names.size();
  }

  /** Position of a weight in the order, or -1. */
  int position(String name) {
    return names.indexOf(name);
  }

  /** All weights, borrowed. */
  NDList weights() {
    NDList weights = new NDList(names.size());
    names.forEach(name -> weights.add(model.array(name)));
    return weights;
  }

  /** Position of the first weight of these layers. */
  int first(int beginLayer) {
    int first = 0;
    while (first < indices.length
        && indices[first] >= 0
        && indices[first] < beginLayer * model.stride()) {
      first++;
    }
    return first;
  }

  /**
   * Where the weights of layers [begin, end) are among the arrays of these layers; with the final
   * norm, if it is trained, right behind the layers.
   */
  long[] places(int begin, int end, boolean norm) {
    int stride = model.stride();
    List<Long> places = new ArrayList<>();
    for (int index : indices) {
      if (index >= begin * stride && index < end * stride) {
        places.add((long) index - (long) begin * stride);
      }
    }
    if (norm && position(DenseTensor.FINAL_NORM) >= 0) {
      places.add((long) (end - begin) * stride);
    }
    return places.stream().mapToLong(Long::longValue).toArray();
  }

  private void widen(String name) {
    NDArray array = model.array(name);
    long[] shape = array.getShape().getShape();
    model.replace(name, model.kernels().download(array), shape);
  }

  private static void addLayer(
      List<String> names, int layer, TrainingStage stage, LlamaConfig config) {
    switch (stage) {
      case ROUTER -> names.add(MoeTensor.ROUTER.tensorName(layer));
      case EXPERTS -> {
        names.add(DenseTensor.ATTENTION_NORM.tensorName(layer));
        names.add(DenseTensor.FFN_NORM.tensorName(layer));
        names.add(MoeTensor.ROUTER.tensorName(layer));
        for (MoeTensor tensor : MoeTensor.values()) {
          if (tensor.isLora()) {
            names.add(tensor.tensorName(layer));
          }
        }
      }
      case EXPERTS_FULL -> {
        names.add(DenseTensor.ATTENTION_NORM.tensorName(layer));
        names.add(DenseTensor.FFN_NORM.tensorName(layer));
        for (MoeTensor tensor : FULL) {
          names.add(tensor.tensorName(layer));
        }
      }
      case DENSE -> {
        for (DenseTensor tensor : DenseTensor.of(config)) {
          names.add(tensor.tensorName(layer));
        }
      }
    }
  }
}
