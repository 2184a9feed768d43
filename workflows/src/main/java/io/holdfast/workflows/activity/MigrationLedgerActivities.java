package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.SwitchedOver;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a migration does to the ledger, by the rules of {@link LedgerActivities}: local activities,
 * one transaction each, and each may run twice.
 */
@ActivityInterface
public interface MigrationLedgerActivities {
  /**
   * Claims the instance's size on the host that it goes to, beside what it has; a project's quota
   * counts it once. Fails with NO_CAPACITY (every host with its reason), NOT_FOUND.
   */
  MigrationOrder reserveMigration(JobId job, InstanceId instance);

  /**
   * What an earlier run of the job, which was lost, has claimed; null when there is none, or when
   * it has touched neither host.
   */
  @Nullable MigrationOrder earlierRun(JobId job, InstanceId instance);

  /**
   * The target has all that it needs, and from now on the instance may be its own: what both hosts
   * say decides. What was noted by {@link #takeBackHandover} is of an earlier try.
   */
  void beginHandover(JobId job, InstanceId instance);

  /**
   * The instance was found to be the source's after a handover was begun: whatever lies at the
   * target is none of it.
   */
  void takeBackHandover(JobId job, InstanceId instance);

  /** What the migration may use now; people change it while the job runs. */
  MigrationLimits readLimits(JobId job);

  /** Gives the claim back that the instance does not live on; none is no error. */
  void releaseMigration(InstanceId instance);

  /**
   * The instance is the target's: its place, and which of its two claims it lives on. Once recorded
   * a repeated call changes nothing.
   */
  void recordOwner(JobId job, InstanceId instance, PowerState power);

  /**
   * Gives the source's claim back and ends the job.
   *
   * @param leftBehind at other targets, which were silent when the job went on at this one
   */
  void completeMigration(
      JobId job,
      InstanceId instance,
      PowerState power,
      SwitchedOver switched,
      List<String> leftBehind,
      List<StepUpdate> updates);
}
