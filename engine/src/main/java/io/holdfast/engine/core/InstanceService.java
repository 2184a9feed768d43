package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.InstanceDao;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.InstanceView;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerAction;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instances. Every change is a job, and an instance has one job at a time. */
public final class InstanceService {
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

  /** An instance with its ports in order. */
  public record Instance(InstanceView view, List<PortView> ports) {}

  public JobRow create(Submission submission, NewInstance wanted) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          InstancePlan plan = InstancePlan.of(daos, wanted, jobId, seal, Moment.now(clock));
          daos.instances().insert(plan.row(), plan.ports());
          return job(JobKind.CREATE_INSTANCE, plan.row(), jobId, submission, emptyObject());
        });
  }

  /** Taken in every state but busy; what is half gone already is no error. */
  public JobRow delete(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) ->
            job(JobKind.DELETE_INSTANCE, find(daos, reference), jobId, submission, emptyObject()));
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
          ObjectNode order = emptyObject();
          order.put("action", action.name()).put("graceSeconds", graceSeconds);
          return job(JobKind.POWER_INSTANCE, instance, jobId, submission, order);
        });
  }

  public List<Instance> list(PageRequest page, @Nullable String name) {
    InstanceDao instances = database.daos().instances();
    List<InstanceView> views = instances.views(page, name);
    Map<UUID, List<PortView>> ports =
        instances.portsOf(views.stream().map(v -> v.instance().id()).toList()).stream()
            .collect(Collectors.groupingBy(p -> p.port().instanceId()));
    return views.stream()
        .map(v -> new Instance(v, ports.getOrDefault(v.instance().id(), List.of())))
        .toList();
  }

  /** By id or name. */
  public Instance get(String reference) {
    Daos daos = database.daos();
    UUID id = find(daos, reference).id();
    return daos.instances()
        .view(id)
        .map(view -> new Instance(view, daos.instances().ports(id)))
        .orElseThrow(() -> Lookup.missing("instance"));
  }

  private static InstanceRow find(Daos daos, String reference) {
    return Lookup.inPath(
        "instance", reference, daos.instances()::findById, daos.instances()::findByName);
  }

  private JobRow job(
      JobKind kind, InstanceRow instance, UUID jobId, Submission submission, ObjectNode request) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.INSTANCE,
        instance.id(),
        instance.name(),
        request,
        submission.caller(),
        Moment.now(clock));
  }

  private static ObjectNode emptyObject() {
    return JsonNodeFactory.instance.objectNode();
  }
}
