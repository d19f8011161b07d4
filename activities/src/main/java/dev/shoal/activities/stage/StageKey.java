package dev.shoal.activities.stage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.CanonicalJson;
import dev.shoal.models.checkpoint.Sha256;
import java.util.Locale;

/**
 * The name of a computation: SHA-256 over everything that determines its result, the kind of device
 * and its precision included. Runs, times, hosts, thread counts and which card it was are not.
 *
 * @param document what the key was made from, for people who ask why
 * @param sha256 the key
 */
public record StageKey(ObjectNode document, String sha256) {

  /**
   * The key of a stage.
   *
   * @param engine version of the tensor library; only device stages depend on it
   */
  public static StageKey of(StageSpec spec, String engine) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("stage", spec.code().stageName());
    document.put("code_version", spec.code().version());
    document.set("settings", spec.settings());
    ArrayNode inputs = document.putArray("inputs");
    spec.inputs()
        .forEach(
            input ->
                inputs
                    .addObject()
                    .put("role", input.role())
                    .put("sha256", input.artifact().sha256()));
    if (spec.code().onDevice()) {
      document
          .put("device", spec.device().kind())
          .put("dtype", spec.device().precision().name().toLowerCase(Locale.ROOT))
          .put("engine", engine);
    }
    return new StageKey(document, Sha256.of(CanonicalJson.bytes(document)));
  }
}
