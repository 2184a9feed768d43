package io.holdfast.workflows.properties;

import io.holdfast.workflows.evacuation.EvacuateHostWorkflowImpl;
import io.holdfast.workflows.host.ActivateHostWorkflowImpl;
import io.holdfast.workflows.host.DiscoverHostWorkflowImpl;
import io.holdfast.workflows.host.MaintainHostWorkflowImpl;
import io.holdfast.workflows.image.DeleteImageWorkflowImpl;
import io.holdfast.workflows.image.ImportImageWorkflowImpl;
import io.holdfast.workflows.instance.CloneSnapshotWorkflowImpl;
import io.holdfast.workflows.instance.CreateInstanceWorkflowImpl;
import io.holdfast.workflows.instance.DeleteInstanceWorkflowImpl;
import io.holdfast.workflows.instance.PowerInstanceWorkflowImpl;
import io.holdfast.workflows.instance.PromoteInstanceWorkflowImpl;
import io.holdfast.workflows.instance.ResizeInstanceWorkflowImpl;
import io.holdfast.workflows.instance.RestorePointWorkflowImpl;
import io.holdfast.workflows.migration.MigrateInstanceWorkflowImpl;
import io.holdfast.workflows.orphan.AdoptOrphanWorkflowImpl;
import io.holdfast.workflows.orphan.DeleteOrphanWorkflowImpl;
import io.holdfast.workflows.orphan.ScanHostWorkflowImpl;
import io.holdfast.workflows.recovery.CleanupPlanWorkflowImpl;
import io.holdfast.workflows.recovery.DrillWorkflowImpl;
import io.holdfast.workflows.recovery.FailbackPlanWorkflowImpl;
import io.holdfast.workflows.recovery.FailoverPlanWorkflowImpl;
import io.holdfast.workflows.recovery.MigratePlanWorkflowImpl;
import io.holdfast.workflows.recovery.ReprotectPlanWorkflowImpl;
import io.holdfast.workflows.recovery.RunBatchWorkflowImpl;
import io.holdfast.workflows.recovery.TestPlanWorkflowImpl;
import io.holdfast.workflows.release.ReleaseLeaseWorkflowImpl;
import io.holdfast.workflows.replication.DeleteGroupWorkflowImpl;
import io.holdfast.workflows.replication.ReplicateGroupWorkflowImpl;
import io.holdfast.workflows.replication.VerifyPointWorkflowImpl;
import io.holdfast.workflows.snapshot.DeleteSnapshotWorkflowImpl;
import io.holdfast.workflows.snapshot.RestoreSnapshotWorkflowImpl;
import io.holdfast.workflows.snapshot.SnapshotInstanceWorkflowImpl;
import io.holdfast.workflows.volume.AttachVolumeWorkflowImpl;
import io.holdfast.workflows.volume.CreateVolumeWorkflowImpl;
import io.holdfast.workflows.volume.DeleteVolumeWorkflowImpl;
import io.holdfast.workflows.volume.DetachVolumeWorkflowImpl;
import io.holdfast.workflows.volume.ResizeVolumeWorkflowImpl;

/** The workflows that the in-memory server runs. */
final class PropertyWorkflows {
  static final Class<?>[] ALL = {
    CloneSnapshotWorkflowImpl.class,
    CreateInstanceWorkflowImpl.class,
    DeleteInstanceWorkflowImpl.class,
    PowerInstanceWorkflowImpl.class,
    DiscoverHostWorkflowImpl.class,
    MaintainHostWorkflowImpl.class,
    EvacuateHostWorkflowImpl.class,
    ActivateHostWorkflowImpl.class,
    ImportImageWorkflowImpl.class,
    DeleteImageWorkflowImpl.class,
    ScanHostWorkflowImpl.class,
    DeleteOrphanWorkflowImpl.class,
    AdoptOrphanWorkflowImpl.class,
    CreateVolumeWorkflowImpl.class,
    DeleteVolumeWorkflowImpl.class,
    AttachVolumeWorkflowImpl.class,
    DetachVolumeWorkflowImpl.class,
    ResizeVolumeWorkflowImpl.class,
    ResizeInstanceWorkflowImpl.class,
    ReleaseLeaseWorkflowImpl.class,
    ReplicateGroupWorkflowImpl.class,
    RestorePointWorkflowImpl.class,
    VerifyPointWorkflowImpl.class,
    DeleteGroupWorkflowImpl.class,
    TestPlanWorkflowImpl.class,
    CleanupPlanWorkflowImpl.class,
    FailoverPlanWorkflowImpl.class,
    ReprotectPlanWorkflowImpl.class,
    MigratePlanWorkflowImpl.class,
    FailbackPlanWorkflowImpl.class,
    DrillWorkflowImpl.class,
    RunBatchWorkflowImpl.class,
    PromoteInstanceWorkflowImpl.class,
    SnapshotInstanceWorkflowImpl.class,
    RestoreSnapshotWorkflowImpl.class,
    DeleteSnapshotWorkflowImpl.class,
    MigrateInstanceWorkflowImpl.class
  };

  private PropertyWorkflows() {}
}
