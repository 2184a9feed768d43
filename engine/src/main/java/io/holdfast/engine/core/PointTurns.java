package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import java.util.UUID;

/** Who may work on a recovery point: nobody while its group is being deleted. */
final class PointTurns {
  private PointTurns() {}

  /** Group and point are locked, in this order, so that neither is retired or purged meanwhile. */
  static RecoveryPointRow lock(Daos daos, UUID id) {
    ProtectionGroupRow group =
        daos.recoveryPoints()
            .findById(id)
            .flatMap(point -> daos.protectionGroups().lock(point.groupId()))
            .orElseThrow(() -> Lookup.missing("recovery point"));
    RecoveryPointRow point =
        daos.recoveryPoints().lock(id).orElseThrow(() -> Lookup.missing("recovery point"));
    daos.jobs()
        .activeJobOf(group.id())
        .flatMap(daos.jobs()::find)
        .filter(job -> job.kind() == JobKind.DELETE_GROUP)
        .ifPresent(
            job -> {
              throw ProblemException.ofJob(
                  ProblemCode.PROTECTION_GROUP_BUSY,
                  job.id(),
                  "Job %s deletes %s".formatted(job.id(), group.name()));
            });
    return point;
  }
}
