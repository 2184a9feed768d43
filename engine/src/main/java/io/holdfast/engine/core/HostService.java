package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostDao;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.HostView;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PoolSharerRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.PoolRooms;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
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
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          HostRow host = locked(daos, reference);
          return discovery(jobId, host.id(), host.name(), submission, Moment.now(clock));
        });
  }

  /** Places nothing more on the host, for people to work on it; guests run on. */
  public JobRow maintain(Submission submission, String reference) {
    return changeState(submission, reference, JobKind.MAINTAIN_HOST);
  }

  /** Places instances on the host again. */
  public JobRow activate(Submission submission, String reference) {
    return changeState(submission, reference, JobKind.ACTIVATE_HOST);
  }

  private JobRow changeState(Submission submission, String reference, JobKind kind) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          HostRow host = discovered(daos, reference);
          ObjectNode request = stateRequest(daos, host);
          return job(kind, jobId, host.id(), host.name(), request, submission, Moment.now(clock));
        });
  }

  /** As {@link #locked}. One whose first job goes on is refused as busy, by whoever accepts. */
  static HostRow discovered(Daos daos, String reference) {
    HostRow host = locked(daos, reference);
    if (host.state() == HostState.REGISTERED && daos.jobs().activeJobOf(host.id()).isEmpty()) {
      throw new ProblemException(
          ProblemCode.HOST_NOT_DISCOVERED, "Host " + host.name() + " was never discovered");
    }
    return host;
  }

  /** What a change of a host's state goes back to: the state once no other job works on it. */
  static ObjectNode stateRequest(Daos daos, HostRow found) {
    try {
      daos.jobs().takeTurn(found.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.HOST, found.name(), busy);
    }
    HostRow host = daos.hosts().findById(found.id()).orElseThrow(() -> Lookup.missing("host"));
    return JsonNodeFactory.instance.objectNode().put("before", host.state().name());
  }

  /**
   * Forgets a host that nothing uses. Its watch ends with its next look; copies of images stay on
   * its disks.
   */
  public HostView remove(Submission submission, String reference) {
    return acceptance.change(
        submission,
        view -> view.host().id(),
        daos -> {
          HostRow host = locked(daos, reference);
          HostView view = daos.hosts().view(host.id()).orElseThrow();
          UUID job = view.activeJobId();
          if (job != null) {
            throw ProblemException.ofJob(
                ProblemCode.HOST_BUSY, job, "Job %s works on %s".formatted(job, host.name()));
          }
          daos.hosts().delete(host.id());
          return view;
        });
  }

  /** Under its lock, so that it is not removed before the transaction's end. */
  private static HostRow locked(Daos daos, String reference) {
    UUID id =
        Lookup.inPath("host", reference, daos.hosts()::findById, daos.hosts()::findByName).id();
    return daos.hosts()
        .lock(id)
        .flatMap(daos.hosts()::findById)
        .orElseThrow(() -> Lookup.missing("host"));
  }

  /** Takes a census of what of ours is on the host. */
  public JobRow scan(Submission submission, String reference) {
    HostRow host = find(reference);
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) ->
            job(
                JobKind.SCAN_HOST,
                jobId,
                host.id(),
                host.name(),
                JsonNodeFactory.instance.objectNode(),
                submission,
                Moment.now(clock)));
  }

  /** {@code site}: id or name; one that does not exist has no hosts. */
  public List<HostView> list(PageRequest page, @Nullable String name, @Nullable String site) {
    return database.daos().hosts().views(page, name, site);
  }

  /** Of the pools of these hosts. */
  public List<PoolSharerRow> sharersOf(List<UUID> hosts) {
    return database.daos().hosts().sharersOf(hosts);
  }

  /** The pools of these hosts, with what is promised of them. */
  public Map<UUID, List<PoolCapacity>> poolsOf(List<UUID> hosts) {
    PoolRooms rooms = database.reading(PoolRooms::of);
    return hosts.stream().collect(Collectors.toMap(host -> host, rooms::of));
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
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    return job(JobKind.DISCOVER_HOST, jobId, hostId, name, nothing, submission, now);
  }

  private static JobRow job(
      JobKind kind,
      UUID jobId,
      UUID hostId,
      String name,
      ObjectNode request,
      Submission submission,
      Instant now) {
    return JobRow.pending(
        jobId, kind, TargetType.HOST, hostId, name, request, submission.caller(), now);
  }
}
