package io.holdfast.engine.db;

import io.holdfast.workflows.model.LostWrites.ByteRange;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;

/**
 * What a disk at the old site had and nobody had copied.
 *
 * @param instanceId the instance that was protected
 * @param ranges how many there are
 * @param first of these, in order
 */
public record LostWriteRow(
    UUID runId,
    UUID instanceId,
    String disk,
    long bytes,
    int ranges,
    @Json List<ByteRange> first) {}
