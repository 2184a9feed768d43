package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.SnapshotView;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.KeptInstances;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots. Every change is a job on the snapshot; to take or restore one works on its instance
 * too. They outlive the instance that they were taken of.
 */
public final class SnapshotService {
  private static final int PART_OF_ID = 8;
  private static final int LONGEST_NAME = 63;

  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public SnapshotService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** {@code name}: null for one that derives from the instance's. */
  public JobRow take(
      Submission submission,
      String reference,
      @Nullable String name,
      Consistency consistency,
      boolean memory) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          InstanceRow found =
              Lookup.inPath(
                  "instance", reference, daos.instances()::findById, daos.instances()::findByName);
          InstanceRow instance = VolumeTurns.beside(daos, jobId, found);
          if (memory) {
            SnapshotMemory.requireTakeable(daos, instance, consistency);
          }
          SnapshotRow row = row(daos, instance, name, consistency, memory);
          daos.snapshots().insert(row);
          return job(JobKind.SNAPSHOT_INSTANCE, row, jobId, submission, emptyObject());
        });
  }

  /**
   * Puts it back in place.
   *
   * @param restart an instance that runs may be stopped for it, and is started again
   * @param memory whether its guest goes on where it was; null when the snapshot has memory
   */
  public JobRow restore(
      Submission submission, String reference, boolean restart, @Nullable Boolean memory) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          SnapshotRow snapshot = find(daos, reference);
          InstanceRow instance = SnapshotTurns.withItsInstance(daos, jobId, snapshot);
          SnapshotTurns.requireWhole(SnapshotTurns.idle(daos, snapshot));
          boolean goesOn = SnapshotMemory.isUsed(daos, snapshot, instance, memory);
          ResizeService.requireStopped(instance, restart, List.of());
          if (goesOn) {
            InstanceService.requireOwner(daos, instance);
          }
          return job(
              JobKind.RESTORE_SNAPSHOT,
              snapshot,
              jobId,
              submission,
              emptyObject().put("restart", restart).put(JobRow.MEMORY, goesOn));
        });
  }

  public JobRow delete(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          SnapshotRow snapshot = SnapshotTurns.unread(daos, find(daos, reference));
          return job(JobKind.DELETE_SNAPSHOT, snapshot, jobId, submission, emptyObject());
        });
  }

  /** {@code instance}: id or name of the instance, which may be gone; null for all. */
  public List<SnapshotView> list(
      PageRequest page, @Nullable String name, @Nullable String instance) {
    return database.daos().snapshots().views(page, name, instance);
  }

  /** By id or name. */
  public SnapshotView get(String reference) {
    Daos daos = database.daos();
    return daos.snapshots()
        .view(find(daos, reference).id())
        .orElseThrow(() -> Lookup.missing("snapshot"));
  }

  private static SnapshotRow find(Daos daos, String reference) {
    return Lookup.inPath(
        "snapshot", reference, daos.snapshots()::findById, daos.snapshots()::findByName);
  }

  private SnapshotRow row(
      Daos daos,
      InstanceRow instance,
      @Nullable String name,
      Consistency consistency,
      boolean memory) {
    UUID host = instance.hostId();
    String pool = instance.pool();
    if (host == null || pool == null) {
      throw new ProblemException(
          ProblemCode.INSTANCE_NOT_PLACED, "The instance was never placed on a host");
    }
    UUID id = UUID.randomUUID();
    return new SnapshotRow(
        id,
        instance.project(),
        name == null ? named(instance.name(), id) : name,
        instance.id(),
        instance.name(),
        host,
        pool,
        consistency,
        memory,
        SnapshotMemory.room(instance, memory),
        null,
        List.of(),
        null,
        0,
        0,
        KeptInstances.of(daos, instance),
        Moment.now(clock));
  }

  private static String named(String instance, UUID id) {
    int room = LONGEST_NAME - PART_OF_ID - 1;
    String begin = instance.length() > room ? instance.substring(0, room) : instance;
    return begin + "-" + id.toString().substring(0, PART_OF_ID);
  }

  private JobRow job(
      JobKind kind, SnapshotRow snapshot, UUID jobId, Submission submission, ObjectNode request) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.SNAPSHOT,
        snapshot.id(),
        snapshot.name(),
        request,
        submission.caller(),
        Moment.now(clock));
  }

  private static ObjectNode emptyObject() {
    return JsonNodeFactory.instance.objectNode();
  }
}
