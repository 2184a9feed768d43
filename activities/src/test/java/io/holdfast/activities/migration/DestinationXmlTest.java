package io.holdfast.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.MovedVolume;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DestinationXmlTest {
  private static final String ID = Examples.INSTANCE.toString();
  private static final VolumeId VOLUME = VolumeId.of("00000000-0000-0000-0000-00000000000d");
  private static final MigrationSite SITE =
      new MigrationSite("qemu+tls://beta1/system", "10.0.0.2", "/srv/pool", "/srv/log", null);

  private static final String XML =
      """
      <domain type='qemu'>
        <name>hf-web-1-11111111</name>
        <uuid>%1$s</uuid>
        <os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>
        <devices>
          <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2' cache='writeback'/>
            <source file='/pools/a/%1$s-root.overlay2.qcow2' index='3'/>
            <backingStore type='file' index='1'>
              <format type='qcow2'/>
              <source file='/pools/a/%1$s-root.qcow2'/>
            </backingStore>
            <target dev='vda' bus='virtio'/>
          </disk>
          <disk type='file' device='disk'>
            <source file='/pools/a/%1$s-disk1.overlay2.qcow2'/>
            <target dev='vdc' bus='virtio'/>
          </disk>
          <disk type='file' device='disk'>
            <source file='/pools/large/%2$s.qcow2'/>
            <target dev='vdcb' bus='virtio'/>
          </disk>
          <disk type='file' device='disk'>
            <source file='/pools/a/%1$s-seed.iso'/>
            <target dev='vdb' bus='virtio'/>
          </disk>
          <interface type='network'><mac address='52:54:00:00:00:01'/></interface>
          <serial type='file'><source path='/var/log/a/hf-%1$s-console.log' append='on'/></serial>
          <console type='file'><source path='/var/log/a/hf-%1$s-console.log'/></console>
        </devices>
      </domain>
      """
          .formatted(ID, VOLUME);

  @Test
  void allFilesAreThoseOfTheTarget() {
    String there = DestinationXml.render(XML, Examples.INSTANCE, SITE);

    assertThat(there)
        .contains("/srv/pool/" + ID + "-root.overlay1.qcow2")
        .contains("/srv/pool/" + ID + "-seed.iso")
        .contains("/srv/pool/" + VOLUME + ".overlay1.qcow2")
        .contains("/srv/log/hf-" + ID + "-console.log")
        .contains("machine=\"pc-i440fx-7.2\"")
        .doesNotContain("/pools/")
        .doesNotContain("/var/log/a")
        .doesNotContain("backingStore");
  }

  @Test
  void aGuestArrivesStandingStillUnlessItMayArriveBeforeItsMemory() {
    MigrationLimits whole = new MigrationLimits(0, 300, false);
    MigrationLimits early = new MigrationLimits(0, 300, true);
    MigrationSite plain =
        new MigrationSite("qemu+tcp://10.0.0.2/system", "10.0.0.2", "/a", "/b", null);

    assertThat(SwitchParameters.flags(false, whole, SITE) & SwitchParameters.PAUSED).isNotZero();
    assertThat(SwitchParameters.flags(false, whole, SITE) & SwitchParameters.POSTCOPY).isZero();
    assertThat(SwitchParameters.flags(false, early, SITE) & SwitchParameters.PAUSED).isZero();
    assertThat(SwitchParameters.flags(false, early, SITE) & SwitchParameters.POSTCOPY).isNotZero();
    assertThat(SwitchParameters.flags(false, whole, SITE) & SwitchParameters.TLS).isNotZero();
    assertThat(SwitchParameters.flags(false, whole, plain) & SwitchParameters.TLS).isZero();
  }

  @Test
  void aPostCopyThatBrokeOffGoesOnAsItBegan() {
    int flags = SwitchParameters.flags(false, new MigrationLimits(0, 300, true), SITE);
    assertThat(new SwitchParameters(flags, List.of()).resuming().flags())
        .isEqualTo(flags | SwitchParameters.POSTCOPY_RESUME);
  }

  @Test
  void anEmulatedGuestStandsStillWhileItsMemoryGoes() {
    int flags = SwitchParameters.flags(true, new MigrationLimits(0, 300, true), SITE);
    assertThat(flags & SwitchParameters.LIVE).isZero();
    assertThat(flags & SwitchParameters.POSTCOPY).isZero();
    assertThat(flags & SwitchParameters.PAUSED).isNotZero();
    int onKvm = SwitchParameters.flags(false, new MigrationLimits(0, 300, false), SITE);
    assertThat(onKvm & SwitchParameters.LIVE).isNotZero();
  }

  @Test
  void everyReasonWhyItCannotRunHereIsSaid() {
    TargetCheck check = new TargetCheck(with(VOLUME), XML);
    assertThat(check.disks()).isEmpty();
    assertThat(new TargetCheck(with(VOLUME), XML.replace("-seed.iso", "-volume.raw")).disks())
        .containsExactly("Its disk vdb is not the instance's own: /pools/a/" + ID + "-volume.raw");
  }

  @Test
  void theVolumesThatTheLedgerKnowsGoAlongAndNoOthers() {
    VolumeId other = VolumeId.of("00000000-0000-0000-0000-00000000000e");
    assertThat(new TargetCheck(with(VOLUME, other), XML).disks())
        .containsExactly(
            "Its domain has not got volume " + other + ": detach it, or attach it again");
    assertThat(new TargetCheck(with(), XML).disks())
        .containsExactly(
            "Its disk vdcb is not the instance's own: /pools/large/" + VOLUME + ".qcow2");
    String frozen = XML.replace(VOLUME + ".qcow2", VOLUME + ".overlay2.qcow2");
    assertThat(new TargetCheck(with(VOLUME), frozen).disks()).isEmpty();
  }

  @Test
  void ofItsOwnDisksAndOfTheVolumesThatItHasOnlyTheFirstAreInSnapshots() {
    String whole = XML.replace(".overlay2", "");
    assertThat(SourceDisk.of(whole, Examples.INSTANCE))
        .extracting(SourceDisk::name)
        .containsExactly("root", "disk1");
    assertThat(SourceDisk.overlaid(whole, Examples.INSTANCE))
        .extracting(SourceDisk::name)
        .containsExactly("root", "disk1", VOLUME.disk());
    String frozen = whole.replace(VOLUME + ".qcow2", VOLUME + ".overlay2.qcow2");
    assertThatThrownBy(() -> SourceDisk.of(frozen, Examples.INSTANCE))
        .hasMessageContaining("lie under the overlays");
  }

  /** As it moves: its volumes are among its disks. */
  private static InstanceSpec with(VolumeId... volumes) {
    return new MigrationOrder(
            new HostRef(HostId.ofName("alpha1"), "alpha1"),
            "a",
            new HostRef(HostId.ofName("beta1"), "beta1"),
            Examples.instance(),
            MigrationMode.AUTO,
            new MigrationLimits(0, 300, false),
            List.of(),
            5,
            Stream.of(volumes).map(id -> new MovedVolume(id, "large", 1L << 30)).toList(),
            List.of(),
            null,
            false,
            MigrationStage.COPYING,
            0)
        .moving();
  }

  @Test
  void namesAndMacsOfOthersClash() {
    TargetCheck check = new TargetCheck(with(VOLUME), XML);
    String tagged =
        XML.replace("<os>", "<metadata><h:instance owner='holdfast' job='x'/></metadata><os>");
    UUID other = UUID.randomUUID();

    assertThat(check.clashes(Examples.INSTANCE.value(), tagged, false)).isEmpty();
    assertThat(check.clashes(Examples.INSTANCE.value(), tagged, true))
        .isEqualTo(List.of("The instance's domain runs here: hf-web-1-11111111"));
    assertThat(check.clashes(Examples.INSTANCE.value(), XML, false))
        .isEqualTo(
            List.of("The UUID is that of domain hf-web-1-11111111, which is not Holdfast's"));
    assertThat(check.clashes(other, XML, false))
        .containsExactly(
            "Another domain here has the name hf-web-1-11111111",
            "Domain hf-web-1-11111111 here has a nic 52:54:00:00:00:01, too");
    assertThat(
            check.clashes(
                other, XML.replace("hf-web-1", "hf-web-2").replace("00:01", "00:02"), true))
        .isEmpty();
  }
}
