package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.JobKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes what a decision changes of a job's input; which kinds take what was checked before. */
final class Patches {
  private Patches() {}

  /** {@code {"host": id, "site": id}}; what is not named stays, a host that is null is any. */
  static void apply(Daos daos, JobRow job, JsonNode patch) {
    if (job.kind() == JobKind.MIGRATE_INSTANCE) {
      daos.jobs().patchRequest(job.id(), patch);
      return;
    }
    if (job.kind() != JobKind.CREATE_INSTANCE) {
      throw new IllegalStateException(job.kind() + " takes no patch");
    }
    if (patch.has("host")) {
      daos.instances().setWantedHost(job.targetId(), host(patch));
    }
    if (patch.has("site")) {
      daos.instances().setWantedSite(job.targetId(), UUID.fromString(patch.get("site").asText()));
    }
  }

  private static @Nullable UUID host(JsonNode patch) {
    JsonNode host = patch.get("host");
    return host.isNull() ? null : UUID.fromString(host.asText());
  }
}
