package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;

/** Makes new instances from recovery points; the job's target is the instance. */
public final class RestoreService {
  private final Acceptance acceptance;
  private final SecretSeal seal;
  private final Clock clock;

  public RestoreService(Acceptance acceptance, SecretSeal seal, Clock clock) {
    this.acceptance = acceptance;
    this.seal = seal;
    this.clock = clock;
  }

  /** {@code point}: its id. It is neither retired nor purged before the job has ended. */
  public JobRow restore(Submission submission, String point, WantedRestore wanted) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          UUID pointId = Lookup.uuid(point).orElseThrow(() -> Lookup.missing("recovery point"));
          RestorePlan plan = RestorePlan.of(daos, pointId, wanted, jobId, seal, Moment.now(clock));
          daos.instances().insert(plan.row(), plan.ports());
          RestoredFrom from = Objects.requireNonNull(plan.row().spec().restored());
          ObjectNode request =
              JsonNodeFactory.instance
                  .objectNode()
                  .put("recoveryPoint", from.recoveryPoint().toString())
                  .put("instance", from.instance().toString());
          return JobRow.pending(
              jobId,
              JobKind.RESTORE_POINT,
              TargetType.INSTANCE,
              plan.row().id(),
              plan.row().name(),
              request,
              submission.caller(),
              Moment.now(clock));
        });
  }
}
