package io.holdfast.engine.core;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionGroupState;
import io.holdfast.engine.db.ProtectionGroupView;
import io.holdfast.engine.db.ProtectionMemberView;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.Retention;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Protection groups: definitions, whose rounds (see {@link RoundService}) and end are jobs. */
public final class ProtectionGroupService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public ProtectionGroupService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  public ProtectionGroup create(Submission submission, NewProtectionGroup wanted) {
    Duration rpo = Rpo.of(wanted.rpo());
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, id) -> {
          daos.reservations().lockLedger();
          SiteRow site =
              Lookup.inField(
                  "site",
                  "targetSite",
                  wanted.targetSite(),
                  daos.sites()::findById,
                  daos.sites()::findByName);
          Instant now = Moment.now(clock);
          ProtectionGroupRow group =
              new ProtectionGroupRow(
                  id,
                  "default",
                  wanted.name(),
                  site.id(),
                  rpo.toMillis(),
                  wanted.retention(),
                  wanted.consistency(),
                  ProtectionGroupState.ACTIVE,
                  false,
                  now,
                  0,
                  0,
                  null,
                  0,
                  now);
          daos.protectionGroups().insert(group);
          ProtectionMembers.set(daos, group, wanted.instances());
          return read(daos, id);
        },
        this::readIfThere);
  }

  /** {@code expected} judges the revision that is changed. */
  public ProtectionGroup change(
      Submission submission,
      String reference,
      ProtectionGroupChange change,
      LongPredicate expected) {
    return acceptance.change(
        submission,
        group -> group.view().group().id(),
        daos -> {
          daos.reservations().lockLedger();
          ProtectionGroupRow group = locked(daos, reference);
          if (!expected.test(group.revision())) {
            throw new ProblemException(
                ProblemCode.PRECONDITION_FAILED,
                "The protection group has changed; its ETag is now \"%d\""
                    .formatted(group.revision()));
          }
          requireActive(group);
          String rpo = change.rpo();
          long rpoMillis = rpo == null ? group.rpoMillis() : Rpo.of(rpo).toMillis();
          Retention retention = change.retention() == null ? group.retention() : change.retention();
          Consistency consistency =
              change.consistency() == null ? group.consistency() : change.consistency();
          daos.protectionGroups()
              .setDefinition(
                  group.id(),
                  rpoMillis,
                  retention,
                  consistency,
                  Moment.now(clock).plusMillis(rpoMillis));
          if (change.instances() != null) {
            ProtectionMembers.set(daos, group, change.instances());
          }
          return read(daos, group.id());
        });
  }

  /** No round begins until {@link #resume}; one that runs goes on. */
  public ProtectionGroup pause(Submission submission, String reference) {
    return setPaused(submission, reference, true);
  }

  /** A round is due at once. */
  public ProtectionGroup resume(Submission submission, String reference) {
    return setPaused(submission, reference, false);
  }

  private ProtectionGroup setPaused(Submission submission, String reference, boolean paused) {
    return acceptance.definition(
        submission,
        find(database.daos(), reference).id(),
        (daos, id) -> {
          requireActive(locked(daos, id.toString()));
          daos.protectionGroups().setPaused(id, paused, Moment.now(clock));
          return read(daos, id);
        },
        this::readIfThere);
  }

  /** {@code purge}: with all its points; else those that may be recovered from stay. */
  public JobRow delete(Submission submission, String reference, boolean purge) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          ProtectionGroupRow group = locked(daos, reference);
          for (RecoveryPointRow point : daos.recoveryPoints().ofGroup(group.id())) {
            if (purge && point.held()) {
              throw new ProblemException(
                  ProblemCode.IN_USE,
                  "Recovery point %d (%s) is held; release it first"
                      .formatted(point.number(), point.id()));
            }
            try {
              daos.jobs().takeTurn(point.id());
              daos.recoveryPoints().requireUnread(point.id());
            } catch (BusyException busy) {
              throw Acceptance.busy(
                  TargetType.RECOVERY_POINT, group.name() + "-" + point.number(), busy);
            }
          }
          return job(
              JobKind.DELETE_GROUP,
              group,
              jobId,
              submission.caller(),
              JsonNodeFactory.instance.objectNode().put("purge", purge),
              Moment.now(clock));
        });
  }

  public List<ProtectionGroup> list(PageRequest page, @Nullable String name) {
    Daos daos = database.daos();
    Instant now = clock.instant();
    List<ProtectionGroupView> views = daos.protectionGroups().views(page, name);
    Map<UUID, List<ProtectionMemberView>> members =
        daos
            .protectionGroups()
            .memberViews(views.stream().map(view -> view.group().id()).toList())
            .stream()
            .collect(groupingBy(view -> view.member().groupId()));
    return views.stream()
        .map(
            view ->
                new ProtectionGroup(view, members.getOrDefault(view.group().id(), List.of()), now))
        .toList();
  }

  /** By id or name. */
  public ProtectionGroup get(String reference) {
    Daos daos = database.daos();
    return read(daos, find(daos, reference).id());
  }

  private ProtectionGroup read(Daos daos, UUID id) {
    return readIfThere(daos, id).orElseThrow(() -> Lookup.missing("protection group"));
  }

  private Optional<ProtectionGroup> readIfThere(Daos daos, UUID id) {
    return daos.protectionGroups()
        .view(id)
        .map(
            view ->
                new ProtectionGroup(
                    view, daos.protectionGroups().memberViews(List.of(id)), clock.instant()));
  }

  static ProtectionGroupRow find(Daos daos, String reference) {
    return Lookup.inPath(
        "protection group",
        reference,
        daos.protectionGroups()::findById,
        daos.protectionGroups()::findByName);
  }

  static ProtectionGroupRow locked(Daos daos, String reference) {
    return daos.protectionGroups()
        .lock(find(daos, reference).id())
        .orElseThrow(() -> Lookup.missing("protection group"));
  }

  static void requireActive(ProtectionGroupRow group) {
    if (group.state() != ProtectionGroupState.ACTIVE) {
      throw empty(group);
    }
  }

  static ProblemException empty(ProtectionGroupRow group) {
    return new ProblemException(
        ProblemCode.PROTECTION_GROUP_EMPTY,
        "Protection group %s protects no instance".formatted(group.name()));
  }

  static JobRow job(
      JobKind kind,
      ProtectionGroupRow group,
      UUID jobId,
      String submitter,
      ObjectNode request,
      Instant now) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.PROTECTION_GROUP,
        group.id(),
        group.name(),
        request,
        submitter,
        now);
  }
}
