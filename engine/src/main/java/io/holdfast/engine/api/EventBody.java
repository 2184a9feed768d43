package io.holdfast.engine.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.EventRow;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change.
 *
 * @param id grows by one with each event; the same as the stream's {@code id:}
 * @param at when it happened
 * @param type {@code <noun>.<what happened>}: job.accepted, job.state, job.step, instance.state,
 *     host.state, and created, changed and deleted of every noun
 * @param job the job that brought it about, or null
 * @param data what is new; depends on the type
 */
public record EventBody(
    long id, Instant at, String type, @Nullable UUID job, Resource resource, JsonNode data) {
  /** What changed. */
  public record Resource(String type, UUID id, String name) {}

  public static EventBody of(EventRow row) {
    return new EventBody(
        row.id(),
        row.at(),
        row.type(),
        row.jobId(),
        new Resource(row.resourceType(), row.resourceId(), row.resourceName()),
        row.type().equals("instance.state") ? withState(row.data()) : row.data());
  }

  /** The same derivation as an instance's own: the event has what it derives from. */
  private static JsonNode withState(JsonNode data) {
    ObjectNode shown = data.deepCopy();
    JsonNode kind = data.path("activeJobKind");
    shown.put(
        "state",
        InstanceBody.state(
                kind.isMissingNode() ? null : JobKind.valueOf(kind.asText()),
                PowerState.valueOf(data.path("powerState").asText()))
            .name());
    return shown;
  }
}
