package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceFilter;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.InstanceView;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.OwnedRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerAction;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instances. Every change is a job, and an instance has one job at a time. */
public final class InstanceService {
  private static final int MOST_LABELS = 64;

  private final Database database;
  private final Acceptance acceptance;
  private final SecretSeal seal;
  private final Clock clock;

  public InstanceService(Database database, Acceptance acceptance, SecretSeal seal, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.seal = seal;
    this.clock = clock;
  }

  /** An instance with its ports and its volumes in order. */
  public record Instance(InstanceView view, List<PortView> ports, List<VolumeRow> volumes) {}

  public JobRow create(Submission submission, NewInstance wanted) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          InstancePlan plan = InstancePlan.of(daos, wanted, jobId, seal, Moment.now(clock));
          daos.instances().insert(plan.row(), plan.ports());
          return job(
              JobKind.CREATE_INSTANCE, plan.row(), jobId, submission.caller(), emptyObject());
        });
  }

  /** Taken in every state but busy; what is half gone already is no error. */
  public JobRow delete(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> deletion(find(daos, reference), jobId, submission.caller()));
  }

  /** {@code graceSeconds}: how long the guest may take to shut down by itself. */
  public JobRow power(
      Submission submission, String reference, PowerAction action, int graceSeconds) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          InstanceRow instance = find(daos, reference);
          if (instance.hostId() == null && daos.jobs().activeJobOf(instance.id()).isEmpty()) {
            throw new ProblemException(
                ProblemCode.INSTANCE_NOT_PLACED, "The instance was never placed on a host");
          }
          if (isStart(action)) {
            requireOwner(daos, instance);
          }
          ObjectNode order = emptyObject();
          order.put("action", action.name()).put("graceSeconds", graceSeconds);
          return job(JobKind.POWER_INSTANCE, instance, jobId, submission.caller(), order);
        });
  }

  private static boolean isStart(PowerAction action) {
    return action == PowerAction.START || action == PowerAction.REBOOT;
  }

  /** What another one has taken over from must not run beside it. */
  static void requireOwner(Daos daos, InstanceRow instance) {
    Optional<OwnedRow> owned = daos.ownerships().find(instance.id());
    if (owned.filter(OwnedRow::recovered).isPresent()) {
      throw new ProblemException(
          ProblemCode.INSTANCE_RECOVERED_ELSEWHERE,
          "Another instance has taken over from %s at the recovery site"
              .formatted(instance.name()));
    }
    if (owned.filter(OwnedRow::fenced).isPresent()) {
      throw new ProblemException(
          ProblemCode.INSTANCE_RECOVERED_ELSEWHERE,
          "%s is being recovered at the recovery site".formatted(instance.name()));
    }
  }

  private static boolean isOwner(Daos daos, InstanceRow instance) {
    return daos.ownerships()
        .find(instance.id())
        .filter(owned -> owned.recovered() || owned.fenced())
        .isEmpty();
  }

  /**
   * Deletes an instance whose lease has ended, unless the lease was changed meanwhile, another job
   * works on the instance, nobody knows where it is, it was lost to another one, or it is gone.
   */
  Optional<JobRow> deleteWhenLeaseEnded(UUID id, String submitter) {
    Instant now = clock.instant();
    try {
      JobRow accepted =
          acceptance.job(
              Submission.internal(submitter, "DELETE", "/v1/instances"),
              UUID.randomUUID(),
              (daos, jobId) ->
                  daos.instances()
                      .lock(id)
                      .filter(row -> row.leaseUntil() != null && !row.leaseUntil().isAfter(now))
                      .filter(row -> isOwner(daos, row))
                      .map(row -> deletion(row, jobId, submitter))
                      .orElseThrow(() -> Lookup.missing("instance")));
      return Optional.of(accepted);
    } catch (ProblemException refused) {
      return switch (refused.code()) {
        case INSTANCE_BUSY, INSTANCE_OWNER_UNKNOWN, NOT_FOUND -> Optional.empty();
        default -> throw refused; // the other codes are no answer to a delete
      };
    }
  }

  /**
   * Changes labels and lease at once: no host has to be asked. {@code expected} judges the revision
   * that is changed.
   */
  public Instance change(
      Submission submission, String reference, InstanceChange change, LongPredicate expected) {
    return acceptance.change(
        submission,
        changed -> changed.view().instance().id(),
        daos -> {
          UUID id = find(daos, reference).id();
          InstanceRow row = daos.instances().lock(id).orElseThrow(() -> Lookup.missing("instance"));
          if (!expected.test(row.revision())) {
            throw new ProblemException(
                ProblemCode.PRECONDITION_FAILED,
                "The instance has changed; its ETag is now \"" + row.revision() + "\"");
          }
          apply(daos, row, change);
          return get(daos, id.toString());
        });
  }

  private void apply(Daos daos, InstanceRow row, InstanceChange change) {
    Map<String, String> labels = new TreeMap<>(change.dropsLabels() ? Map.of() : row.labels());
    change
        .labels()
        .forEach(
            (key, value) ->
                value.ifPresentOrElse(v -> labels.put(key, v), () -> labels.remove(key)));
    if (labels.size() > MOST_LABELS) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD, "labels", "labels would be more than " + MOST_LABELS);
    }
    Instant leaseUntil =
        change.movesLease() ? Lease.until(change.leaseUntil(), clock.instant()) : row.leaseUntil();
    if (!labels.equals(row.labels()) || !Objects.equals(leaseUntil, row.leaseUntil())) {
      daos.instances().setDefinition(row.id(), labels, leaseUntil);
    }
  }

  /**
   * {@code site} and {@code host}: ids or names; one that does not exist has no instances. {@code
   * state}: as the API shows it.
   */
  public List<Instance> list(
      PageRequest page,
      @Nullable String name,
      Map<String, String> labels,
      @Nullable String site,
      @Nullable String host,
      @Nullable String state) {
    Daos daos = database.daos();
    Optional<UUID> siteId =
        Optional.ofNullable(site)
            .flatMap(s -> Lookup.find(s, daos.sites()::findById, daos.sites()::findByName))
            .map(SiteRow::id);
    Optional<UUID> hostId =
        Optional.ofNullable(host)
            .flatMap(h -> Lookup.find(h, daos.hosts()::findById, daos.hosts()::findByName))
            .map(HostRow::id);
    if ((site != null && siteId.isEmpty()) || (host != null && hostId.isEmpty())) {
      return List.of();
    }
    return list(
        page, new InstanceFilter(name, labels, siteId.orElse(null), hostId.orElse(null), state));
  }

  private List<Instance> list(PageRequest page, InstanceFilter filter) {
    Daos daos = database.daos();
    List<InstanceView> views = daos.instances().views(page, filter);
    List<UUID> ids = views.stream().map(v -> v.instance().id()).toList();
    Map<UUID, List<PortView>> ports =
        daos.instances().portsOf(ids).stream()
            .collect(Collectors.groupingBy(p -> p.port().instanceId()));
    Map<UUID, List<VolumeRow>> volumes =
        daos.volumes().attachedTo(ids).stream()
            .collect(Collectors.groupingBy(v -> Objects.requireNonNull(v.instanceId())));
    return views.stream()
        .map(
            v ->
                new Instance(
                    v,
                    ports.getOrDefault(v.instance().id(), List.of()),
                    volumes.getOrDefault(v.instance().id(), List.of())))
        .toList();
  }

  /** By id or name. */
  public Instance get(String reference) {
    return get(database.daos(), reference);
  }

  private static Instance get(Daos daos, String reference) {
    UUID id = find(daos, reference).id();
    return daos.instances()
        .view(id)
        .map(
            view ->
                new Instance(
                    view, daos.instances().ports(id), daos.volumes().attachedTo(List.of(id))))
        .orElseThrow(() -> Lookup.missing("instance"));
  }

  private static InstanceRow find(Daos daos, String reference) {
    return Lookup.inPath(
        "instance", reference, daos.instances()::findById, daos.instances()::findByName);
  }

  private JobRow deletion(InstanceRow instance, UUID jobId, String submitter) {
    return job(JobKind.DELETE_INSTANCE, instance, jobId, submitter, emptyObject());
  }

  private JobRow job(
      JobKind kind, InstanceRow instance, UUID jobId, String submitter, ObjectNode request) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.INSTANCE,
        instance.id(),
        instance.name(),
        request,
        submitter,
        Moment.now(clock));
  }

  private static ObjectNode emptyObject() {
    return JsonNodeFactory.instance.objectNode();
  }
}
