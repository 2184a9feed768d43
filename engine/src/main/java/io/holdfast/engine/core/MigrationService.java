package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.MigrationRequests;
import io.holdfast.engine.ledger.MoveTargets;
import io.holdfast.engine.ledger.MoveTurns;
import io.holdfast.engine.ledger.Obstacles;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Instances that go to another host. */
public final class MigrationService {
  /** A copy that took an hour is not thrown away unasked. */
  private static final JobPolicy POLICY = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);

  private final Acceptance acceptance;
  private final Clock clock;

  public MigrationService(Acceptance acceptance, Clock clock) {
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** Without host and site it goes to another host of its site. */
  public JobRow migrate(Submission submission, String reference, WantedMigration wanted) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          InstanceRow instance = InstanceTurns.idle(daos, reference);
          HostRow here = here(daos, instance);
          @Nullable SiteRow site = InstancePlan.site(daos, wanted.site());
          @Nullable HostRow host = InstancePlan.host(daos, wanted.host(), site);
          if (host != null && host.id().equals(here.id())) {
            throw ProblemException.ofField(
                ProblemCode.INVALID_FIELD,
                "host",
                "host: instance %s is on %s already".formatted(instance.name(), here.name()));
          }
          requireMovable(
              daos,
              jobId,
              instance,
              host == null ? null : host.id(),
              host != null ? host.siteId() : site == null ? here.siteId() : site.id());
          UUID siteId = host != null ? null : site == null ? here.siteId() : site.id();
          return JobRow.pending(
                  jobId,
                  JobKind.MIGRATE_INSTANCE,
                  TargetType.INSTANCE,
                  instance.id(),
                  instance.name(),
                  MigrationRequests.of(
                      host == null ? null : host.id(),
                      siteId,
                      wanted.mode(),
                      wanted.limits(),
                      wanted.graceSeconds()),
                  submission.caller(),
                  Moment.now(clock))
              .with(POLICY);
        });
  }

  private static HostRow here(Daos daos, InstanceRow instance) {
    UUID hostId = instance.hostId();
    if (hostId == null) {
      throw new ProblemException(
          ProblemCode.INSTANCE_NOT_PLACED, "The instance was never placed on a host");
    }
    return daos.hosts().findById(hostId).orElseThrow();
  }

  /**
   * Nothing lies on its host that cannot go with it, and what goes with it is the job's; also
   * before a job that failed is sent again. One whose last move was left undecided goes where that
   * one went, if anywhere: it may be there already.
   */
  static void requireMovable(
      Daos daos, UUID jobId, InstanceRow instance, @Nullable UUID host, @Nullable UUID site) {
    boolean findsOut =
        daos.migrations()
            .undecided(instance.id())
            .filter(move -> host == null || host.equals(move.targetHost()))
            .isPresent();
    if (!findsOut) {
      requireNoObstacle(daos, instance, site);
    }
    try {
      daos.jobs().takeTurn(instance.id());
      MoveTurns.take(daos, jobId, instance.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.INSTANCE, instance.name(), busy);
    }
  }

  private static void requireNoObstacle(Daos daos, InstanceRow instance, @Nullable UUID site) {
    List<String> causes = Obstacles.of(daos, instance.id(), site);
    if (!causes.isEmpty()) {
      throw ProblemException.ofCauses(
          ProblemCode.INSTANCE_NOT_MOVABLE,
          "Instance %s cannot be moved there".formatted(instance.name()),
          causes);
    }
  }

  /**
   * Before a job that asks goes on elsewhere: it undoes first what it has done. By the ledger as it
   * is now, so that its run may still be refused.
   */
  static void requirePlace(
      Daos daos, InstanceRow instance, @Nullable HostRow host, @Nullable UUID site) {
    if (host != null && host.id().equals(instance.hostId())) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "patch.host",
          "patch.host: instance %s is on %s already".formatted(instance.name(), host.name()));
    }
    requireNoObstacle(daos, instance, host == null ? site : host.siteId());
    List<String> refusals =
        MoveTargets.refusals(daos, instance, host == null ? null : host.id(), site);
    if (!refusals.isEmpty()) {
      throw ProblemException.ofCauses(
          ProblemCode.NO_CAPACITY, "No host will do for instance " + instance.name(), refusals);
    }
  }

  /** Where a request wants it to be; null when nobody said. */
  static @Nullable UUID site(Daos daos, JsonNode request) {
    UUID host = MigrationRequests.host(request);
    return host == null
        ? MigrationRequests.site(request)
        : daos.hosts().findById(host).map(HostRow::siteId).orElse(null);
  }
}
