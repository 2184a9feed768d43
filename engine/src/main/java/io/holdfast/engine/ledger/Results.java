package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceLocation;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.PowerAction;
import io.holdfast.workflows.model.PowerOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON of {@code job.request} and {@code job.result}, as the API shows it. */
final class Results {
  private static final int GRACE_SECONDS = 30;

  private Results() {}

  static JsonNode id(UUID id) {
    return JsonNodeFactory.instance.objectNode().put("id", id.toString());
  }

  static JsonNode created(UUID id, GuestReport report, @Nullable HostRef host) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("id", id.toString());
    result.put("host", host == null ? null : host.name());
    ObjectNode guest = result.putObject("guest");
    guest.put("by", report.by().name());
    guest.put("agentVersion", report.agentVersion());
    guest.put("hostname", report.hostname());
    ArrayNode addresses = guest.putArray("addresses");
    report.addresses().forEach(addresses::add);
    return result;
  }

  /**
   * Of a job that did not succeed: {@code {"leftovers": ["..."], "readBack": true}}; null when
   * nothing is left.
   */
  static @Nullable JsonNode leftovers(JobOutcome outcome) {
    if (outcome.leftovers().isEmpty()) {
      return null;
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode lines = result.putArray("leftovers");
    outcome.leftovers().forEach(lines::add);
    if (outcome.readBack()) {
      result.put("readBack", true);
    }
    return result;
  }

  /** The request of a power job: {@code {"action": "STOP", "graceSeconds": 30}}. */
  static PowerOrder order(InstanceLocation location, JsonNode request) {
    PowerAction action = PowerAction.valueOf(request.path("action").asText());
    return new PowerOrder(location, action, request.path("graceSeconds").asInt(GRACE_SECONDS));
  }
}
