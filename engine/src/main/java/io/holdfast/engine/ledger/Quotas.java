package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.UsageRow;
import io.holdfast.engine.placement.QuotaPlan;
import io.holdfast.engine.placement.QuotaPlan.Item;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A project's limits, judged twice: at the accept, over all that was promised, so that a caller is
 * refused at once; and at the claim, over all that is reserved, for a limit may have come between.
 */
public final class Quotas {
  private final Daos daos;

  /** {@code daos}: of one transaction. */
  public Quotas(Daos daos) {
    this.daos = daos;
  }

  /**
   * The plan of a job whose instance's row is written in this transaction; empty when it claims
   * nothing, or nothing limits it.
   */
  public Optional<QuotaPlan> accept(JobRow job) {
    boolean unlimited = daos.quotas().find(job.project()).map(QuotaRow::isUnlimited).orElseThrow();
    return unlimited ? Optional.empty() : plan(job);
  }

  /**
   * As {@link #accept}, also without a limit. Others that are accepted in the project wait for the
   * end of the transaction.
   */
  public Optional<QuotaPlan> plan(JobRow job) {
    if (job.kind() != JobKind.CREATE_INSTANCE) {
      return Optional.empty();
    }
    QuotaRow quota = daos.quotas().lock(job.project()).orElseThrow();
    InstanceRow instance = daos.instances().findById(job.targetId()).orElseThrow();
    UsageRow after = daos.quotas().promised(job.project());
    return Optional.of(plan(quota, minus(after, wanted(instance)), after));
  }

  /** What a project uses; empty when there is no such project. */
  public Optional<QuotaPlan> of(String project) {
    return daos.quotas()
        .find(project)
        .map(quota -> plan(quota, daos.quotas().promised(project), null));
  }

  /** Fails with QUOTA_EXCEEDED. The caller holds the ledger's lock. */
  void claim(InstanceRow instance) {
    QuotaRow quota = daos.quotas().find(instance.project()).orElseThrow();
    UsageRow used = daos.quotas().reserved(instance.project());
    QuotaPlan plan = plan(quota, used, plus(used, wanted(instance)));
    if (!plan.excess().isEmpty()) {
      throw Failures.of(FailureType.QUOTA_EXCEEDED, words(plan), plan.excess());
    }
  }

  public static String words(QuotaPlan plan) {
    return "Project %s has not that much left: %s".formatted(plan.project(), plan.excess().get(0));
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
