package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/** Makes new instances from recovery points and snapshots; the job's target is the instance. */
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
    return make(
        submission,
        JobKind.RESTORE_POINT,
        wanted,
        daos -> {
          UUID id = Lookup.uuid(point).orElseThrow(() -> Lookup.missing("recovery point"));
          return RestoreSource.ofPoint(daos, id, wanted.instance());
        });
  }

  /** {@code snapshot}: its id or name. It is not deleted before the job has ended. */
  public JobRow cloneSnapshot(Submission submission, String snapshot, WantedRestore wanted) {
    return make(
        submission,
        JobKind.CLONE_SNAPSHOT,
        wanted,
        daos -> RestoreSource.ofSnapshot(daos, snapshot, wanted.instance()));
  }

  private JobRow make(
      Submission submission,
      JobKind kind,
      WantedRestore wanted,
      Function<Daos, RestoreSource> source) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          RestorePlan plan =
              RestorePlan.of(daos, source.apply(daos), wanted, jobId, seal, Moment.now(clock));
          daos.instances().insert(plan.row(), plan.ports());
          return JobRow.pending(
              jobId,
              kind,
              TargetType.INSTANCE,
              plan.row().id(),
              plan.row().name(),
              request(Objects.requireNonNull(plan.row().spec().restored())),
              submission.caller(),
              Moment.now(clock));
        });
  }

  /** Names what the job reads: views and indexes find it there. */
  private static ObjectNode request(RestoredFrom from) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (from.recoveryPoint() != null) {
      request.put("recoveryPoint", from.recoveryPoint().toString());
    }
    if (from.snapshot() != null) {
      request.put("snapshot", from.snapshot().toString());
    }
    return request.put("instance", from.instance().toString());
  }
}
