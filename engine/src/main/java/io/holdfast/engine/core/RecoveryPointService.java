package io.holdfast.engine.core;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.RecoveryPointView;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Recovery points. To read one again is a job on the point, so that rounds go on meanwhile. */
public final class RecoveryPointService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public RecoveryPointService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  public JobRow verify(Submission submission, String id) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          RecoveryPointRow point = usable(daos, find(daos, id));
          String group =
              daos.recoveryPoints()
                  .view(point.id())
                  .map(RecoveryPointView::groupName)
                  .orElse(point.groupId().toString());
          return JobRow.pending(
              jobId,
              JobKind.VERIFY_POINT,
              TargetType.RECOVERY_POINT,
              point.id(),
              group + "-" + point.number(),
              JsonNodeFactory.instance.objectNode(),
              submission.caller(),
              Moment.now(clock));
        });
  }

  /** Retention does not touch it until it is released. */
  public RecoveryPoint hold(Submission submission, String id, @Nullable String reason) {
    return setHeld(submission, id, true, reason);
  }

  public RecoveryPoint release(Submission submission, String id) {
    return setHeld(submission, id, false, null);
  }

  private RecoveryPoint setHeld(
      Submission submission, String reference, boolean held, @Nullable String reason) {
    return acceptance.definition(
        submission,
        find(database.daos(), reference),
        (daos, id) -> {
          usable(daos, id);
          daos.recoveryPoints().setHeld(id, held, reason);
          return read(daos, id);
        },
        RecoveryPointService::readIfThere);
  }

  /** {@code group}: id or name; {@code state}: null for all. */
  public List<RecoveryPoint> list(
      PageRequest page, String group, @Nullable RecoveryPointState state, @Nullable Instant since) {
    Daos daos = database.daos();
    List<RecoveryPointView> views =
        daos.recoveryPoints()
            .views(page, ProtectionGroupService.find(daos, group).id(), state, since);
    Map<UUID, List<RecoveryPointDiskRow>> disks =
        daos
            .recoveryPoints()
            .disksOf(views.stream().map(view -> view.point().id()).toList())
            .stream()
            .collect(groupingBy(RecoveryPointDiskRow::pointId));
    return views.stream()
        .map(view -> new RecoveryPoint(view, disks.getOrDefault(view.point().id(), List.of())))
        .toList();
  }

  public RecoveryPoint get(String id) {
    Daos daos = database.daos();
    return read(daos, find(daos, id));
  }

  private static UUID find(Daos daos, String reference) {
    return Lookup.uuid(reference)
        .flatMap(daos.recoveryPoints()::findById)
        .map(RecoveryPointRow::id)
        .orElseThrow(() -> Lookup.missing("recovery point"));
  }

  private static RecoveryPointRow usable(Daos daos, UUID id) {
    RecoveryPointRow point = PointTurns.lock(daos, id);
    if (point.state() != RecoveryPointState.AVAILABLE
        && point.state() != RecoveryPointState.BROKEN) {
      throw new ProblemException(
          ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
          "Recovery point %d is %s".formatted(point.number(), point.state()));
    }
    return point;
  }

  private static RecoveryPoint read(Daos daos, UUID id) {
    return readIfThere(daos, id).orElseThrow(() -> Lookup.missing("recovery point"));
  }

  private static Optional<RecoveryPoint> readIfThere(Daos daos, UUID id) {
    return daos.recoveryPoints()
        .view(id)
        .map(view -> new RecoveryPoint(view, daos.recoveryPoints().disks(id)));
  }
}
