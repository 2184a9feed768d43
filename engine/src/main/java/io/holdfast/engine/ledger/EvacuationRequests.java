package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.HostState;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The request of an evacuation: that of each of its moves (see {@link MigrationRequests}), with
 * {@code "before": "ACTIVE"}, what the host was, and {@code "parallel": 2}.
 */
public final class EvacuationRequests {
  /** The label that says which instances go first: an integer, 0 unless told. */
  public static final String PRIORITY = "priority";

  private static final String BEFORE = "before";
  private static final String PARALLEL = "parallel";
  private static final String EVACUATION = "evacuation";
  private static final int LONGEST = 9;

  private EvacuationRequests() {}

  /** {@code site}: where all of them go. */
  public static ObjectNode of(
      HostState before,
      int parallel,
      UUID site,
      MigrationMode mode,
      MigrationLimits limits,
      int graceSeconds) {
    return MigrationRequests.of(null, site, mode, limits, graceSeconds)
        .put(BEFORE, before.name())
        .put(PARALLEL, parallel);
  }

  static int parallel(JsonNode request) {
    return request.path(PARALLEL).asInt();
  }

  static @Nullable UUID site(JsonNode request) {
    return MigrationRequests.site(request);
  }

  /** Of one of its moves. A guest that is off cannot be moved live. */
  static ObjectNode ofMove(JsonNode request, UUID target, boolean running, UUID evacuation) {
    MigrationMode mode = running ? MigrationRequests.mode(request) : MigrationMode.AUTO;
    return MigrationRequests.of(
            target,
            null,
            mode,
            MigrationRequests.limits(request),
            MigrationRequests.graceSeconds(request))
        .put(EVACUATION, evacuation.toString());
  }

  /** Whether it is the request of such a move. */
  static boolean isOfOne(JsonNode request) {
    return request.has(EVACUATION);
  }

  /** Of an instance with these labels; a label that is no integer counts as none. */
  static int priority(Map<String, String> labels) {
    String said = labels.getOrDefault(PRIORITY, "0");
    return said.length() <= LONGEST && said.matches("-?\\d+") ? Integer.parseInt(said) : 0;
  }
}
