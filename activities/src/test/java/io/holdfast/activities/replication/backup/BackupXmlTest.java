package io.holdfast.activities.replication.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Volumes come and go between the points of an instance. */
class BackupXmlTest {
  private static final InstanceId INSTANCE = Examples.INSTANCE;
  private static final VolumeId VOLUME = VolumeId.of("dddddddd-2222-4333-8444-555555555555");
  private static final VolumeId OTHER = VolumeId.of("eeeeeeee-2222-4333-8444-555555555555");
  private static final RecoveryPointId POINT =
      RecoveryPointId.of("99999999-2222-4333-8444-555555555555");
  private static final SourceDisk ROOT =
      new SourceDisk("root", "vda", "/pool/" + INSTANCE + "-root.qcow2", 0);

  @Test
  void aRoundReadsTheVolumesThatWereAttachedAsOnes() {
    String domain =
        domain(
            disk("vda", ROOT.file(), "")
                + disk("vdab", file(VOLUME), VOLUME.serial())
                + disk("vdac", file(OTHER), "of-somebody-else")
                + disk("vdc", "/pool/" + INSTANCE + "-seed.iso", ""));

    assertThat(SourceDisk.inRound(domain, INSTANCE))
        .extracting(SourceDisk::name)
        .containsExactly("root", VOLUME.disk());
    assertThat(SourceDisk.of(domain, INSTANCE)).containsExactly(ROOT);
  }

  /** Its name may have been that of another volume, whose bitmap says nothing of it. */
  @Test
  void theChangesOfAVolumeThatWasAttachedSinceAreNotCounted() {
    String checkpoint =
        """
        <domaincheckpoint><name>p</name>
          <disks>
            <disk name='vda' checkpoint='bitmap' bitmap='p'/>
            <disk name='vdab' checkpoint='bitmap' bitmap='p'/>
            <disk name='vdac' checkpoint='no'/>
          </disks>%s</domaincheckpoint>
        """
            .formatted(
                domain(
                    disk("vda", ROOT.file(), "")
                        + disk("vdab", file(OTHER), OTHER.serial())
                        + disk("vdac", file(VOLUME), VOLUME.serial())));
    SourceDisk there = new SourceDisk(OTHER.disk(), "vdab", file(OTHER), 0);
    SourceDisk instead = new SourceDisk(VOLUME.disk(), "vdab", file(VOLUME), 0);
    SourceDisk uncounted = new SourceDisk(VOLUME.disk(), "vdac", file(VOLUME), 0);

    assertThat(BackupXml.counted(checkpoint, List.of(ROOT, there, uncounted)))
        .containsExactly(ROOT, there);
    assertThat(BackupXml.counted(checkpoint, List.of(ROOT, instead))).containsExactly(ROOT);
  }

  @Test
  void whatIsNotCountedIsShownAsAWhole() {
    SourceDisk added = new SourceDisk(VOLUME.disk(), "vdab", file(VOLUME), 0);
    String backup = BackupXml.backup(INSTANCE, List.of(ROOT, added), List.of(ROOT), POINT);
    assertThat(backup)
        .contains(
            "<incremental>" + POINT + "</incremental>",
            "exportname='root' backupmode='incremental' exportbitmap='changed'>",
            "exportname='" + VOLUME.disk() + "' backupmode='full'>",
            "/pool/." + INSTANCE + "-" + VOLUME.disk() + ".scratch");
    assertThat(BackupXml.backup(INSTANCE, List.of(ROOT), List.of(), null))
        .doesNotContain("incremental", "backupmode");
  }

  private static String file(VolumeId volume) {
    return "/pool/" + volume + ".qcow2";
  }

  private static String disk(String device, String file, String serial) {
    return """
        <disk type='file' device='disk'>
          <source file='%s'/><target dev='%s'/>%s
        </disk>
        """
        .formatted(file, device, serial.isEmpty() ? "" : "<serial>" + serial + "</serial>");
  }

  private static String domain(String disks) {
    return "<domain><devices>" + disks + "</devices></domain>";
  }
}
