package io.holdfast.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationSite;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DestinationXmlTest {
  private static final String ID = Examples.INSTANCE.toString();
  private static final MigrationSite SITE =
      new MigrationSite("qemu+tls://beta1/system", "10.0.0.2", "/srv/pool", "/srv/log");

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
            <source file='/pools/a/%1$s-seed.iso'/>
            <target dev='vdb' bus='virtio'/>
          </disk>
          <interface type='network'><mac address='52:54:00:00:00:01'/></interface>
          <serial type='file'><source path='/var/log/a/hf-%1$s-console.log' append='on'/></serial>
          <console type='file'><source path='/var/log/a/hf-%1$s-console.log'/></console>
        </devices>
      </domain>
      """
          .formatted(ID);

  @Test
  void allFilesAreThoseOfTheTarget() {
    String there = DestinationXml.render(XML, Examples.INSTANCE, SITE);

    assertThat(there)
        .contains("/srv/pool/" + ID + "-root.overlay1.qcow2")
        .contains("/srv/pool/" + ID + "-seed.iso")
        .contains("/srv/log/hf-" + ID + "-console.log")
        .contains("machine=\"pc-i440fx-7.2\"")
        .doesNotContain("/pools/a")
        .doesNotContain("/var/log/a")
        .doesNotContain("backingStore");
  }

  @Test
  void aGuestArrivesStandingStillUnlessItMayArriveBeforeItsMemory() {
    MigrationLimits whole = new MigrationLimits(0, 300, false);
    MigrationLimits early = new MigrationLimits(0, 300, true);
    MigrationSite plain = new MigrationSite("qemu+tcp://10.0.0.2/system", "10.0.0.2", "/a", "/b");

    assertThat(SwitchParameters.flags(false, whole, SITE) & SwitchParameters.PAUSED).isNotZero();
    assertThat(SwitchParameters.flags(false, whole, SITE) & SwitchParameters.POSTCOPY).isZero();
    assertThat(SwitchParameters.flags(false, early, SITE) & SwitchParameters.PAUSED).isZero();
    assertThat(SwitchParameters.flags(false, early, SITE) & SwitchParameters.POSTCOPY).isNotZero();
    assertThat(SwitchParameters.flags(false, whole, SITE) & SwitchParameters.TLS).isNotZero();
    assertThat(SwitchParameters.flags(false, whole, plain) & SwitchParameters.TLS).isZero();
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
    TargetCheck check = new TargetCheck(Examples.INSTANCE, XML);
    String capabilities =
        """
        <capabilities><guest><arch name='x86_64'><machine>pc-i440fx-%s</machine>
          <domain type='%s'/></arch></guest></capabilities>
        """;
    assertThat(check.hypervisor(capabilities.formatted("7.2", "qemu"))).isEmpty();
    assertThat(check.hypervisor(capabilities.formatted("6.0", "qemu")))
        .containsExactly("This host's QEMU has no machine type pc-i440fx-7.2");
    assertThat(check.hypervisor(capabilities.formatted("7.2", "kvm")))
        .containsExactly("This host runs no x86_64 guests of type qemu");
    assertThat(check.disks()).isEmpty();
    assertThat(new TargetCheck(Examples.INSTANCE, XML.replace("-seed.iso", "-volume.raw")).disks())
        .containsExactly("Its disk vdb is not the instance's own: /pools/a/" + ID + "-volume.raw");
  }

  @Test
  void namesAndMacsOfOthersClash() {
    TargetCheck check = new TargetCheck(Examples.INSTANCE, XML);
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
