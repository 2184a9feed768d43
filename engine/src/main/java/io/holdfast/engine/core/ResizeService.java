package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FlavorRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.ResizeRequests;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Other processors and memory for instances that are there. */
public final class ResizeService {
  private final Acceptance acceptance;
  private final Clock clock;

  public ResizeService(Acceptance acceptance, Clock clock) {
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** An instance that runs is refused unless it can take it as it runs, or may be restarted. */
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
          List<String> obstacles = ResizeRequests.obstacles(instance.spec(), request);
          if (!obstacles.isEmpty()) {
            requireStopped(instance, wanted.restart(), obstacles);
          }
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

  /**
   * What the host does not say at this moment, the job asks again. {@code causes}: why it cannot be
   * done as the instance runs, for what sometimes can.
   */
  static void requireStopped(InstanceRow instance, boolean restart, List<String> causes) {
    boolean runs =
        switch (instance.powerState()) {
          case RUNNING, PAUSED -> true;
          case SHUTOFF, CRASHED, MISSING, UNKNOWN -> false;
        };
    if (runs && !restart) {
      throw ProblemException.ofCauses(
          ProblemCode.INSTANCE_MUST_BE_STOPPED,
          "Instance %s is %s; stop it first, or say \"restart\": true%s"
              .formatted(
                  instance.name(),
                  instance.powerState(),
                  causes.isEmpty() ? "" : ": " + String.join("; ", causes)),
          causes);
    }
  }

  private static ObjectNode request(Daos daos, InstanceRow instance, NewSize wanted) {
    FlavorRow flavor = flavor(daos, wanted);
    ComputeSize size =
        flavor == null
            ? new ComputeSize(
                otherwise(wanted.vcpus(), instance.spec().vcpus()),
                otherwise(wanted.memoryMiB(), instance.spec().memoryMiB()))
            : new ComputeSize(flavor.vcpus(), flavor.memoryMiB());
    InstanceSize.requireMachine(wanted.flavor(), size.vcpus());
    GrowthLimit.check(size, wanted.maxVcpus(), wanted.maxMemoryMiB());
    return ResizeRequests.of(
        flavor == null ? null : flavor.name(),
        size,
        wanted.maxVcpus(),
        wanted.maxMemoryMiB(),
        wanted.restart(),
        wanted.graceSeconds());
  }

  private static @Nullable FlavorRow flavor(Daos daos, NewSize wanted) {
    if (wanted.flavor() != null) {
      refuse("vcpus", wanted.vcpus());
      refuse("memoryMiB", wanted.memoryMiB());
      return Lookup.inField(
          "flavor",
          "flavor",
          wanted.flavor(),
          daos.flavors()::findById,
          daos.flavors()::findByName);
    }
    boolean nothing =
        Stream.of(wanted.vcpus(), wanted.memoryMiB(), wanted.maxVcpus(), wanted.maxMemoryMiB())
            .allMatch(Objects::isNull);
    if (nothing) {
      throw invalid("vcpus", "vcpus, memoryMiB or a flavor must be given");
    }
    return null;
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
