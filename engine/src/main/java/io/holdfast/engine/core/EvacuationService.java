package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.ledger.EvacuationRequests;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hosts that are emptied. */
public final class EvacuationService {
  /** What has moved is not forgotten for one instance that does not move. */
  private static final JobPolicy POLICY = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);

  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public EvacuationService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** An evacuation as it is recorded, with its moves in the order in which they begin. */
  public record Evacuation(JobRow job, List<EvacuationMoveRow> moves) {}

  /** Takes a host out of placement, and moves all instances off it. */
  public JobRow evacuate(Submission submission, String reference, WantedEvacuation wanted) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          HostRow host = HostService.discovered(daos, reference);
          @Nullable SiteRow site = InstancePlan.site(daos, wanted.site());
          return JobRow.pending(
                  jobId,
                  JobKind.EVACUATE_HOST,
                  TargetType.HOST,
                  host.id(),
                  host.name(),
                  EvacuationRequests.of(
                      host.state(),
                      wanted.parallel(),
                      site == null ? host.siteId() : site.id(),
                      wanted.mode(),
                      wanted.limits(),
                      wanted.graceSeconds()),
                  submission.caller(),
                  Moment.now(clock))
              .with(POLICY);
        });
  }

  /** The newest one of a host. */
  public Evacuation last(String reference) {
    Daos daos = database.daos();
    HostRow host =
        Lookup.inPath("host", reference, daos.hosts()::findById, daos.hosts()::findByName);
    JobRow job =
        daos.evacuations()
            .last(host.id())
            .flatMap(daos.jobs()::find)
            .orElseThrow(() -> Lookup.missing("evacuation of this host"));
    return new Evacuation(job, daos.evacuations().of(job.id()));
  }
}
