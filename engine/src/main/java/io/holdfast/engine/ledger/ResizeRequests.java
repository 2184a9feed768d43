package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.engine.placement.Headroom;
import io.holdfast.workflows.model.ComputeSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request of a resize: {@code {"flavor": "wide", "vcpus": 2, "memoryMiB": 1024, "maxVcpus": 8,
 * "maxMemoryMiB": 4096, "restart": true, "graceSeconds": 60}}; flavor and both maxima may be
 * missing.
 */
public final class ResizeRequests {
  private ResizeRequests() {}

  /** {@code flavor}: the name of the one that the size comes from, or null. */
  public static ObjectNode of(
      @Nullable String flavor,
      ComputeSize wanted,
      @Nullable Integer maxVcpus,
      @Nullable Integer maxMemoryMiB,
      boolean restart,
      int graceSeconds) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (flavor != null) {
      request.put("flavor", flavor);
    }
    request.put("vcpus", wanted.vcpus()).put("memoryMiB", wanted.memoryMiB());
    if (maxVcpus != null) {
      request.put("maxVcpus", maxVcpus);
    }
    if (maxMemoryMiB != null) {
      request.put("maxMemoryMiB", maxMemoryMiB);
    }
    return request.put("restart", restart).put("graceSeconds", graceSeconds);
  }

  static @Nullable String flavor(JsonNode request) {
    JsonNode flavor = request.path("flavor");
    return flavor.isTextual() ? flavor.asText() : null;
  }

  static ComputeSize wanted(JsonNode request) {
    return new ComputeSize(request.path("vcpus").asInt(), request.path("memoryMiB").asInt());
  }

  /** How far the instance may grow while it runs, as of its next start. */
  static ComputeSize limit(WantedInstance instance, JsonNode request) {
    return Headroom.after(
        instance.limit(),
        wanted(request),
        number(request, "maxVcpus"),
        number(request, "maxMemoryMiB"));
  }

  /** Why the instance cannot take it as it runs; empty when it can. */
  public static List<String> obstacles(WantedInstance instance, JsonNode request) {
    return Headroom.obstacles(
        instance.size(), instance.limit(), wanted(request), limit(instance, request));
  }

  static boolean restart(JsonNode request) {
    return request.path("restart").asBoolean();
  }

  static int graceSeconds(JsonNode request) {
    return request.path("graceSeconds").asInt();
  }

  private static @Nullable Integer number(JsonNode request, String field) {
    JsonNode number = request.path(field);
    return number.isInt() ? (Integer) number.asInt() : null;
  }
}
