package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FlavorRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Other processors and memory for instances that are there. */
public final class ResizeService {
  private final Acceptance acceptance;
  private final Clock clock;

  public ResizeService(Acceptance acceptance, Clock clock) {
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** An instance that runs is refused unless it may be restarted. */
  public JobRow resize(Submission submission, String reference, NewSize wanted) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          InstanceRow instance = InstanceTurns.idle(daos, reference);
          ObjectNode request = request(daos, instance, wanted);
          if (instance.hostId() == null) {
            throw new ProblemException(
                ProblemCode.INSTANCE_NOT_PLACED, "The instance was never placed on a host");
          }
          requireStopped(instance, wanted.restart());
          return JobRow.pending(
              jobId,
              JobKind.RESIZE_INSTANCE,
              TargetType.INSTANCE,
              instance.id(),
              instance.name(),
              request,
              submission.caller(),
              Moment.now(clock));
        });
  }

  /** What the host does not say at this moment, the job asks again. */
  static void requireStopped(InstanceRow instance, boolean restart) {
    boolean runs =
        switch (instance.powerState()) {
          case RUNNING, PAUSED -> true;
          case SHUTOFF, CRASHED, MISSING, UNKNOWN -> false;
        };
    if (runs && !restart) {
      throw new ProblemException(
          ProblemCode.INSTANCE_MUST_BE_STOPPED,
          "Instance %s is %s; stop it first, or say \"restart\": true"
              .formatted(instance.name(), instance.powerState()));
    }
  }

  private static ObjectNode request(Daos daos, InstanceRow instance, NewSize wanted) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (wanted.flavor() != null) {
      refuse("vcpus", wanted.vcpus());
      refuse("memoryMiB", wanted.memoryMiB());
      FlavorRow flavor =
          Lookup.inField(
              "flavor",
              "flavor",
              wanted.flavor(),
              daos.flavors()::findById,
              daos.flavors()::findByName);
      request.put("flavor", flavor.name());
      request.put("vcpus", flavor.vcpus()).put("memoryMiB", flavor.memoryMiB());
    } else if (wanted.vcpus() == null && wanted.memoryMiB() == null) {
      throw invalid("vcpus", "vcpus, memoryMiB or a flavor must be given");
    } else {
      request.put("vcpus", otherwise(wanted.vcpus(), instance.spec().vcpus()));
      request.put("memoryMiB", otherwise(wanted.memoryMiB(), instance.spec().memoryMiB()));
    }
    return request.put("restart", wanted.restart()).put("graceSeconds", wanted.graceSeconds());
  }

  private static int otherwise(@Nullable Integer given, int kept) {
    return given == null ? kept : given;
  }

  private static void refuse(String field, @Nullable Integer value) {
    if (value != null) {
      throw invalid(field, field + " is given by the flavor; leave one of them out");
    }
  }

  private static ProblemException invalid(String field, String detail) {
    return ProblemException.ofField(ProblemCode.INVALID_FIELD, field, detail);
  }
}
