package io.holdfast.workflows.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.temporal.activity.ActivityInterface;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeaseCheckingTest {
  /** What the engine runs in its own process; database locks order it. */
  private static final Set<String> ENGINE =
      Set.of(
          "CalloutActivities",
          "PauseActivities",
          "CensusLedgerActivities",
          "DowntimeLedgerActivities",
          "EvacuationLedgerActivities",
          "FencingAgentActivities",
          "HostLedgerActivities",
          "ImageLedgerActivities",
          "ImageStoreActivities",
          "JobActivities",
          "LeaseLedgerActivities",
          "LedgerActivities",
          "MigrationLedgerActivities",
          "MoveLedgerActivities",
          "OwnershipLedgerActivities",
          "ProtectionLedgerActivities",
          "RecoveryLedgerActivities",
          "ResizeLedgerActivities",
          "ReversalLedgerActivities",
          "RunActivities",
          "SnapshotLedgerActivities",
          "VolumeLedgerActivities");

  /** What changes something on a host. A new activity stands here or in EXEMPT. */
  private static final Set<String> FENCED =
      Set.of(
          "AbandonMemory",
          "AdoptDisk",
          "AdoptSnapshot",
          "AttachVolume",
          "BuildInstance",
          "ClearSide",
          "CloneDisk",
          "CloneReplica",
          "CloseBackup",
          "ConnectPorts",
          "CreateVolume",
          "CreateVolumes",
          "DefineDomain",
          "DeleteReplica",
          "DeleteSnapshot",
          "DeleteVolume",
          "DeleteVolumes",
          "DetachVolume",
          "DropReplacedDisks",
          "EndMigration",
          "FreezeDisks",
          "GrowDomain",
          "GrowVolume",
          "HoldGuest",
          "KeepReplica",
          "LinkDisks",
          "LimitMigration",
          "MergeOverlays",
          "PrepareOverlays",
          "ReleaseGuest",
          "ResizeDomain",
          "ResumeGuest",
          "DisconnectPorts",
          "OpenBackup",
          "OpenReplica",
          "PlaceImage",
          "RebootDomain",
          "RemoveImage",
          "RestoreDisks",
          "ReturnDisks",
          "RunCommand",
          "SealReplica",
          "SendDisk",
          "SendFrozenDisk",
          "SendReplica",
          "ShrinkDomain",
          "ShutOutCommands",
          "ShutDownDomain",
          "StartDomain",
          "StopDomain",
          "SwitchOver",
          "TakeMemory",
          "TakeSnapshot",
          "UndefineDomain",
          "WakeGuest");

  @Test
  void everyActivityOfAHostIsFencedOrExempt() {
    Set<String> types = new TreeSet<>();
    for (JavaClass contract :
        new ClassFileImporter().importPackages("io.holdfast.workflows.activity")) {
      if (contract.isAnnotatedWith(ActivityInterface.class)
          && !ENGINE.contains(contract.getSimpleName())) {
        for (JavaMethod method : contract.getMethods()) {
          String name = method.getName();
          types.add(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
        }
      }
    }
    Set<String> decided = new TreeSet<>(FENCED);
    decided.addAll(LeaseChecking.EXEMPT);
    assertThat(types).isEqualTo(decided);
    assertThat(FENCED).doesNotContainAnyElementsOf(LeaseChecking.EXEMPT);
  }

  @Test
  void aRunIsOlderThanALaterRunAndThanItsOwnUndo() {
    UUID resource = UUID.randomUUID();
    Lease does = new Lease(resource, 7, 0);
    Lease undoes = does.nextPhase();
    Lease next = new Lease(resource, 8, 0);
    assertThat(does.isOlderThan(undoes)).isTrue();
    assertThat(undoes.isOlderThan(next)).isTrue();
    assertThat(next.isOlderThan(undoes)).isFalse();
    assertThat(does.isOlderThan(does)).isFalse();
  }
}
