package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostDao;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.HostView;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hosts. A host is used once its discovery has succeeded. */
public final class HostService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public HostService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** Registers a host and starts its discovery. {@code site}: id or name. */
  public JobRow register(Submission submission, String name, String site) {
    UUID hostId = HostId.ofName(name).value();
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          SiteRow at =
              Lookup.inField(
                  "site", "site", site, daos.sites()::findById, daos.sites()::findByName);
          Instant now = Moment.now(clock);
          daos.hosts()
              .insert(
                  new HostRow(
                      hostId, name, at.id(), HostState.REGISTERED, null, 0, 0, null, null, now));
          return discovery(jobId, hostId, name, submission, now);
        });
  }

  /** Reads the host's capacity, versions and pools again. */
  public JobRow discover(Submission submission, String reference) {
    HostRow host = find(reference);
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> discovery(jobId, host.id(), host.name(), submission, Moment.now(clock)));
  }

  /** Takes a census of what of ours is on the host. */
  public JobRow scan(Submission submission, String reference) {
    HostRow host = find(reference);
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) ->
            job(JobKind.SCAN_HOST, jobId, host.id(), host.name(), submission, Moment.now(clock)));
  }

  public List<HostView> list(PageRequest page, @Nullable String name) {
    return database.daos().hosts().views(page, name);
  }

  /** By id or name. */
  public HostView get(String reference) {
    return database
        .daos()
        .hosts()
        .view(find(reference).id())
        .orElseThrow(() -> Lookup.missing("host"));
  }

  private HostRow find(String reference) {
    HostDao hosts = database.daos().hosts();
    return Lookup.inPath("host", reference, hosts::findById, hosts::findByName);
  }

  private static JobRow discovery(
      UUID jobId, UUID hostId, String name, Submission submission, Instant now) {
    return job(JobKind.DISCOVER_HOST, jobId, hostId, name, submission, now);
  }

  private static JobRow job(
      JobKind kind, UUID jobId, UUID hostId, String name, Submission submission, Instant now) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.HOST,
        hostId,
        name,
        JsonNodeFactory.instance.objectNode(),
        submission.caller(),
        now);
  }
}
