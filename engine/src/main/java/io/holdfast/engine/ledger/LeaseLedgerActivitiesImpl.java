package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.activity.LeaseLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldLease;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** See {@link LeaseLedgerActivities}. The releasing job's row is locked before its holder's. */
public final class LeaseLedgerActivitiesImpl implements LeaseLedgerActivities {
  private final Database database;
  private final Clock clock;

  public LeaseLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A holder that Temporal does not know yet leaves the outbox: nobody may start it now. */
  @Override
  public HeldLease raise(JobId holder) {
    return database.inTransaction(
        daos -> {
          JobRow row = JobActivitiesImpl.locked(daos, holder);
          if (row.state().isFinal()) {
            throw Failures.of(FailureType.NOT_FOUND, "The job has ended, and its lease with it");
          }
          daos.jobs().markDispatched(row.id(), clock.instant());
          return held(daos, row.inGeneration(daos.jobs().nextGeneration(row.id())));
        });
  }

  @Override
  public HeldLease held(JobId holder) {
    return database.inTransaction(daos -> held(daos, JobActivitiesImpl.locked(daos, holder)));
  }

  @Override
  public void completeRelease(
      JobId job, JobId holder, List<Findings> found, List<StepUpdate> updates) {
    Instant now = clock.instant();
    database.useTransaction(
        daos -> {
          JobRow release = JobActivitiesImpl.locked(daos, job);
          if (release.state().isFinal()) {
            return;
          }
          JobRow held = JobActivitiesImpl.locked(daos, holder);
          StepChanges.write(daos.jobs(), release.id(), updates);
          List<String> leftovers = leftovers(release, found);
          if (!held.state().isFinal()) {
            end(daos, held, release, leftovers, now);
          }
          found.forEach(each -> recordPower(daos, each, now));
          ObjectNode result = JsonNodeFactory.instance.objectNode();
          leftovers.forEach(result.putArray("found")::add);
          result.put("id", held.targetId().toString()).put("holder", held.id().toString());
          daos.jobs().succeed(release.id(), result, now);
        });
  }

  private static void end(
      Daos daos, JobRow held, JobRow release, List<String> leftovers, Instant now) {
    JobFailure error =
        new JobFailure(
            FailureType.LEASE_RELEASED, forcedBy(release), List.of("by job " + release.id()));
    daos.jobs().failOpenSteps(held.id(), now);
    JobActivitiesImpl.end(daos, held, JobOutcome.of(JobState.FAILED, error, false, leftovers), now);
  }

  /** Of an instance that moves only its own host counts. */
  private static void recordPower(Daos daos, Findings found, Instant now) {
    InstanceId instance = found.instance();
    PowerState power = found.power();
    if (instance != null && power != null) {
      daos.instances()
          .findById(instance.value())
          .filter(row -> found.host().id().value().equals(row.hostId()))
          .ifPresent(row -> daos.instances().setPower(row.id(), power, now));
    }
  }

  private static List<String> leftovers(JobRow release, List<Findings> found) {
    List<String> lines = new ArrayList<>();
    lines.add(forcedBy(release));
    if (found.isEmpty()) {
      lines.add("no host was asked: nothing was placed on one");
    }
    for (Findings each : found) {
      String host = each.host().name();
      if (each.power() != null) {
        lines.add("domain: %s on %s".formatted(each.power(), host));
      }
      each.volumes().forEach(volume -> lines.add("volume: %s on %s".formatted(volume, host)));
      if (each.power() == null && each.volumes().isEmpty()) {
        lines.add("nothing on " + host);
      }
    }
    return lines;
  }

  private static String forcedBy(JobRow release) {
    return "Released by %s: %s"
        .formatted(release.submittedBy(), release.request().path("reason").asText());
  }

  private static HeldLease held(Daos daos, JobRow holder) {
    return new HeldLease(
        holder.kind(), holder.targetId(), holder.generation(), HeldPlaces.of(daos, holder));
  }
}
