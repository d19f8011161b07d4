package dev.shoal.activities.stage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.checkpoint.CanonicalJson;
import dev.shoal.models.checkpoint.Sha256;

/**
 * Who computes, and on what.
 *
 * @param name as Temporal shows it, such as {@code shoal@host#4711}
 * @param environment machine and software
 * @param engine version of the tensor library
 */
public record WorkerIdentity(String name, ObjectNode environment, String engine) {

  /** This process. */
  public static WorkerIdentity ofThisProcess(
      String name, String engine, int threads, WorkerDevices devices) {
    ObjectNode environment = JsonNodeFactory.instance.objectNode();
    environment.put("java", System.getProperty("java.vm.version"));
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    environment.put("arch", System.getProperty("os.arch"));
    environment.put("processors", Runtime.getRuntime().availableProcessors());
    environment.put("engine", engine);
    environment.put("threads", threads);
    ArrayNode gpus = JsonNodeFactory.instance.arrayNode();
    devices.gpus().forEach(gpu -> gpus.add(gpu.describe()));
    if (!gpus.isEmpty()) {
      environment.set("gpus", gpus);
    }
    return new WorkerIdentity(name, environment, engine);
  }

  String environmentSha256() {
    return Sha256.of(CanonicalJson.bytes(environment));
  }
}
