package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.UsageRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.placement.QuotaPlan;
import io.holdfast.engine.placement.QuotaPlan.Item;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.JobKind;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A project's limits, judged twice: at the accept, over all that was promised, so that a caller is
 * refused at once; and at the claim, over all that is reserved, for a limit may have come between.
 */
public final class Quotas {
  private static final long GIB = 1L << 30;
  private static final Set<JobKind> ASK_FOR_MORE =
      Set.of(
          JobKind.CREATE_INSTANCE,
          JobKind.RESTORE_POINT,
          JobKind.CLONE_SNAPSHOT,
          JobKind.CREATE_VOLUME,
          JobKind.RESIZE_INSTANCE,
          JobKind.RESIZE_VOLUME,
          JobKind.SNAPSHOT_INSTANCE);

  private final Daos daos;

  /** {@code daos}: of one transaction. */
  public Quotas(Daos daos) {
    this.daos = daos;
  }

  /**
   * The plan of a job whose target's row is written in this transaction; empty when it asks for
   * nothing more, or nothing limits it.
   */
  public Optional<QuotaPlan> accept(JobRow job) {
    if (!ASK_FOR_MORE.contains(job.kind())) {
      return Optional.empty();
    }
    boolean unlimited = daos.quotas().find(job.project()).map(QuotaRow::isUnlimited).orElseThrow();
    return unlimited ? Optional.empty() : plan(job);
  }

  /**
   * As {@link #accept}, also without a limit. Others that are accepted in the project wait for the
   * end of the transaction.
   */
  public Optional<QuotaPlan> plan(JobRow job) {
    if (!ASK_FOR_MORE.contains(job.kind())) {
      return Optional.empty();
    }
    return switch (job.kind()) {
      case CREATE_INSTANCE, RESTORE_POINT, CLONE_SNAPSHOT -> {
        QuotaRow quota = lock(job);
        yield Optional.of(ofNew(quota, wanted(instance(job))));
      }
      case CREATE_VOLUME -> {
        QuotaRow quota = lock(job);
        yield Optional.of(ofNew(quota, disk(volume(job).sizeBytes())));
      }
      case RESIZE_INSTANCE -> {
        QuotaRow quota = lock(job);
        yield Optional.of(ofMore(quota, growth(instance(job), job.request())));
      }
      case RESIZE_VOLUME -> {
        QuotaRow quota = lock(job);
        yield Optional.of(ofMore(quota, growth(volume(job), job.request())));
      }
      case SNAPSHOT_INSTANCE -> {
        QuotaRow quota = lock(job);
        long bytes = daos.snapshots().findById(job.targetId()).orElseThrow().sizeBytes();
        yield Optional.of(ofNew(quota, disk(bytes)));
      }
      default -> throw new IllegalStateException(job.kind() + " has no quota to be judged by");
    };
  }

  /** What a project uses; empty when there is no such project. */
  public Optional<QuotaPlan> of(String project) {
    return daos.quotas()
        .find(project)
        .map(quota -> plan(quota, daos.quotas().promised(project), null));
  }

  /** Fails with QUOTA_EXCEEDED. The caller holds the ledger's lock. */
  void claim(InstanceRow instance) {
    claim(instance.project(), wanted(instance));
  }

  /** As {@link #claim(InstanceRow)}. */
  void claimCompute(String project, int vcpus, long memoryMiB) {
    claim(project, new UsageRow(Math.max(0, vcpus), Math.max(0, memoryMiB), 0, 0));
  }

  /** As {@link #claim(InstanceRow)}. */
  void claimDisk(String project, long bytes) {
    claim(project, disk(bytes));
  }

  private void claim(String project, UsageRow more) {
    QuotaRow quota = daos.quotas().find(project).orElseThrow();
    UsageRow used = daos.quotas().reserved(project);
    QuotaPlan plan = plan(quota, used, plus(used, more));
    if (!plan.excess().isEmpty()) {
      throw Failures.of(FailureType.QUOTA_EXCEEDED, words(plan), plan.excess());
    }
  }

  private QuotaRow lock(JobRow job) {
    return daos.quotas().lock(job.project()).orElseThrow();
  }

  private InstanceRow instance(JobRow job) {
    return daos.instances().findById(job.targetId()).orElseThrow();
  }

  private VolumeRow volume(JobRow job) {
    return daos.volumes().findById(job.targetId()).orElseThrow();
  }

  /** Its row is among what was promised already. */
  private QuotaPlan ofNew(QuotaRow quota, UsageRow wanted) {
    UsageRow after = daos.quotas().promised(quota.project());
    return plan(quota, minus(after, wanted), after);
  }

  private QuotaPlan ofMore(QuotaRow quota, UsageRow more) {
    UsageRow used = daos.quotas().promised(quota.project());
    return plan(quota, used, plus(used, more));
  }

  public static String words(QuotaPlan plan) {
    return "Project %s has not that much left: %s".formatted(plan.project(), plan.excess().get(0));
  }

  private static UsageRow growth(InstanceRow instance, JsonNode request) {
    ComputeSize wanted = ResizeRequests.wanted(request);
    return new UsageRow(
        Math.max(0, wanted.vcpus() - instance.spec().vcpus()),
        Math.max(0, wanted.memoryMiB() - instance.spec().memoryMiB()),
        0,
        0);
  }

  private static UsageRow growth(VolumeRow volume, JsonNode request) {
    long wanted = VolumeRequests.sizeBytes(request, volume.sizeBytes());
    return disk(Math.max(0, wanted - volume.sizeBytes()));
  }

  /** Whole GiB, as {@link io.holdfast.engine.db.QuotaDao} counts them. */
  private static UsageRow disk(long bytes) {
    return new UsageRow(0, 0, (bytes + GIB - 1) / GIB, 0);
  }

  private static UsageRow wanted(InstanceRow instance) {
    long gib = instance.spec().diskGiB().stream().mapToLong(Integer::longValue).sum();
    return new UsageRow(instance.spec().vcpus(), instance.spec().memoryMiB(), gib, 1);
  }

  private static UsageRow plus(UsageRow a, UsageRow b) {
    return new UsageRow(
        a.vcpus() + b.vcpus(),
        a.memoryMiB() + b.memoryMiB(),
        a.diskGiB() + b.diskGiB(),
        a.instances() + b.instances());
  }

  private static UsageRow minus(UsageRow a, UsageRow b) {
    return new UsageRow(
        a.vcpus() - b.vcpus(),
        a.memoryMiB() - b.memoryMiB(),
        a.diskGiB() - b.diskGiB(),
        a.instances() - b.instances());
  }

  private static QuotaPlan plan(QuotaRow quota, UsageRow used, @Nullable UsageRow change) {
    UsageRow after = change == null ? used : change;
    return new QuotaPlan(
        quota.project(),
        new Item(quota.vcpus(), used.vcpus(), after.vcpus()),
        new Item(quota.memoryMiB(), used.memoryMiB(), after.memoryMiB()),
        new Item(quota.diskGiB(), used.diskGiB(), after.diskGiB()),
        new Item(quota.instances(), used.instances(), after.instances()));
  }
}
