package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * One change of something that the API shows; never changed once it has its id.
 *
 * @param id grows by one with each event
 * @param type {@code <noun>.<what happened>}
 * @param jobId the job that brought it about, when the change names one
 * @param data an object; what is in it depends on the type
 */
public record EventRow(
    long id,
    Instant at,
    String type,
    @Nullable UUID jobId,
    String resourceType,
    UUID resourceId,
    String resourceName,
    @Json JsonNode data) {}
