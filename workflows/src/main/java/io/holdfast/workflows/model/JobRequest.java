package io.holdfast.workflows.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Input of every job's workflow. All else is read from the ledger by the first step, so the history
 * stays small and the job sees what was recorded with it.
 *
 * @param target the instance, image, host, volume, protection group, recovery point, recovery plan
 *     or snapshot that the job is about
 * @param policy what the caller wants of this run
 * @param generation of this run: higher than that of any run on the target, or on what stands
 *     beside it, before it
 * @param beside what the job works on beside its target: the instance of a volume's job
 * @param around of a promotion: what its plan has done before and after it; null when nothing is
 * @param begun of a run that follows one that was lost: the steps that earlier runs have begun and
 *     not undone
 */
public record JobRequest(
    JobId job,
    UUID target,
    JobPolicy policy,
    long generation,
    List<UUID> beside,
    @Nullable InstanceSteps around,
    List<String> begun) {
  /** A run that an engine started which said nothing of these. */
  public JobRequest {
    beside = beside == null ? List.of() : List.copyOf(beside);
    begun = begun == null ? List.of() : List.copyOf(begun);
  }

  public JobRequest(JobId job, UUID target, JobPolicy policy, long generation, List<UUID> beside) {
    this(job, target, policy, generation, beside, null, List.of());
  }

  public InstanceId instance() {
    return new InstanceId(target);
  }

  public ImageId image() {
    return new ImageId(target);
  }

  public HostId host() {
    return new HostId(target);
  }

  public VolumeId volume() {
    return new VolumeId(target);
  }

  public ProtectionGroupId protectionGroup() {
    return new ProtectionGroupId(target);
  }

  public RecoveryPointId recoveryPoint() {
    return new RecoveryPointId(target);
  }

  public SnapshotId snapshot() {
    return new SnapshotId(target);
  }
}
