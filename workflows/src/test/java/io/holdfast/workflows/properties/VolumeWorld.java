package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.AttachmentActivities;
import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PlacedVolume;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeLocation;
import io.holdfast.workflows.model.VolumeOrder;
import io.holdfast.workflows.model.VolumeSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What jobs do to volumes, as facts of the {@link World}. */
final class VolumeWorld
    implements BlockVolumeActivities, AttachmentActivities, VolumeLedgerActivities {
  private static final long BEFORE = 1L << 30;
  private static final long WANTED = 2L << 30;
  private static final InstanceId INSTANCE = InstanceId.of("00000000-0000-0000-0000-00000000000c");

  private final World world;

  /** For so many tries a round reads the disks of the guest that has the volume. */
  final AtomicInteger read = new AtomicInteger();

  VolumeWorld(World world) {
    this.world = world;
  }

  @Override
  public void createVolume(VolumeSpec volume) {
    world.facts.add("volume");
  }

  @Override
  public void deleteVolume(VolumeId volume, String pool) {
    if (world.facts.contains("attached")) {
      throw Failures.of(FailureType.GUEST_KEEPS_VOLUME, "A domain has it");
    }
    world.facts.remove("volume");
  }

  @Override
  public long growVolume(VolumeSpec volume, @Nullable InstanceId attachedTo) {
    if (world.facts.contains("overlays")) {
      throw Failures.of(FailureType.DISKS_BUSY, "It lies under overlays");
    }
    requireNoRound();
    world.facts.add("grown");
    return volume.sizeBytes();
  }

  @Override
  public long readVolume(VolumeId volume, String pool) {
    return world.facts.contains("grown") ? WANTED : BEFORE;
  }

  @Override
  public void attachVolume(InstanceId instance, VolumeSpec volume) {
    if (!world.facts.contains("volume")) {
      throw Failures.of(FailureType.NOT_FOUND, "This host has no such file");
    }
    world.facts.add("attached");
  }

  @Override
  public void detachVolume(InstanceId instance, VolumeId volume, int waitSeconds) {
    if (world.facts.contains("overlays")) {
      throw Failures.of(FailureType.DISKS_BUSY, "It lies under overlays");
    }
    requireNoRound();
    world.facts.remove("attached");
  }

  private void requireNoRound() {
    if (read.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.DISKS_BUSY, "a round reads the disks");
    }
  }

  @Override
  public PlacedVolume reserveVolume(JobId job, VolumeId volume) {
    world.facts.add("reservation");
    return new PlacedVolume(World.HOST, new VolumeSpec(volume, job, "fast", BEFORE));
  }

  @Override
  public void releaseVolume(VolumeId volume) {
    world.facts.remove("reservation");
  }

  @Override
  public void completeCreateVolume(JobId job, VolumeId volume, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public VolumeLocation locateVolume(VolumeId volume) {
    return new VolumeLocation(volume, World.HOST, "fast");
  }

  @Override
  public void completeDeleteVolume(JobId job, VolumeId volume, List<StepUpdate> updates) {
    world.facts.remove("reservation");
    world.facts.remove("row");
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public VolumeOrder volumeOrder(JobId job, VolumeId volume) {
    VolumeSpec spec = new VolumeSpec(volume, job, "fast", BEFORE);
    return new VolumeOrder(World.HOST, spec, INSTANCE, WANTED);
  }

  @Override
  public void completeAttachVolume(
      JobId job, VolumeId volume, InstanceId instance, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public void completeDetachVolume(JobId job, VolumeId volume, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public VolumeOrder reserveGrowth(JobId job, VolumeId volume) {
    world.facts.add("growth");
    return volumeOrder(job, volume);
  }

  @Override
  public void releaseGrowth(VolumeId volume) {
    if (!world.facts.contains("grown")) {
      world.facts.remove("growth"); // as much is claimed as was recorded
    }
  }

  @Override
  public void recordVolumeSize(VolumeId volume, long sizeBytes) {
    if (sizeBytes > BEFORE) {
      world.facts.add("growth");
    }
  }

  @Override
  public void completeResizeVolume(
      JobId job, VolumeId volume, long sizeBytes, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }
}
