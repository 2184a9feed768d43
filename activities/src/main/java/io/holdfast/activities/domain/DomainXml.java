package io.holdfast.activities.domain;

import static io.holdfast.activities.libvirt.Xml.escape;

import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.network.NetworkXml;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PortSpec;
import java.nio.file.Path;

/**
 * An instance as libvirt's domain XML.
 *
 * <ul>
 *   <li>Machine {@code pc}, no USB, no display, no network boot: what a cloud guest needs and
 *       nothing that its firmware would spend time on. The video card has nobody who looks at it
 *       but a run's report, which shows its screen.
 *   <li>Disks are written through the host's cache: a guest's flush still reaches the disk, clones
 *       of one image start from memory, and every file system can do it. Discards give space back.
 *   <li>The serial console goes to a file: it can be read when the guest is gone.
 *   <li>on_crash destroys: whether a broken guest runs again is a decision of a job, not of
 *       libvirt.
 * </ul>
 */
public final class DomainXml {
  private DomainXml() {}

  static String render(InstanceSpec instance, DomainSite site) {
    StringBuilder disks = new StringBuilder();
    for (DiskSpec disk : instance.disks()) {
      disks.append(disk(VolumeNames.disk(site.pool(), instance.id(), disk), disk));
    }
    disks.append(seed(VolumeNames.seed(site.pool(), instance.id()), instance.disks().size()));
    StringBuilder interfaces = new StringBuilder();
    instance.ports().forEach(port -> interfaces.append(port(port)));
    String console = escape(DomainNames.console(site.consoles(), instance.id()).toString());
    return """
        <domain type='%s'>
          <name>%s</name>
          <uuid>%s</uuid>
          <metadata>
            <holdfast:instance xmlns:holdfast='%s' owner='holdfast' id='%s' job='%s'/>
          </metadata>
        %s  <os>
            <type arch='x86_64' machine='pc'>hvm</type>
            <boot dev='hd'/>
          </os>
          <features><acpi/><apic/></features>
        %s  <clock offset='utc'/>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>destroy</on_crash>
          <devices>
        %s%s    <controller type='usb' model='none'/>
            <serial type='file'><source path='%s' append='on'/></serial>
            <channel type='unix'>
              <target type='virtio' name='org.qemu.guest_agent.0'/>
            </channel>
            <video><model type='vga' vram='8192'/></video>
            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
            <memballoon model='virtio'/>
          </devices>
        </domain>
        """
        .formatted(
            site.domainType(),
            escape(DomainNames.domain(instance.name(), instance.id())),
            instance.id(),
            Ownership.NAMESPACE,
            instance.id(),
            instance.job(),
            DomainSizeXml.render(instance.size(), instance.limit()),
            cpu(site.domainType(), DomainSizeXml.numa(instance.size(), instance.limit())),
            disks,
            interfaces,
            console);
  }

  /** Under emulation libvirt's default model stands: newer features only cost time there. */
  public static String cpu(String domainType) {
    return cpu(domainType, "");
  }

  private static String cpu(String domainType, String numa) {
    if (domainType.equals("kvm")) {
      return numa.isEmpty()
          ? "  <cpu mode='host-model'/>\n"
          : "  <cpu mode='host-model'>%s</cpu>\n".formatted(numa);
    }
    return numa.isEmpty() ? "" : "  <cpu>%s</cpu>\n".formatted(numa);
  }

  private static String disk(Path file, DiskSpec disk) {
    String serial = disk.serial();
    return """
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' cache='writeback' discard='unmap'/>
              <source file='%s'/>
              <target dev='%s' bus='virtio'/>
        %s    </disk>
        """
        .formatted(
            escape(file.toString()),
            escape(disk.device()),
            serial == null ? "" : "      <serial>%s</serial>\n".formatted(escape(serial)));
  }

  /** The seed is a read-only virtio disk, behind all others: every guest has that driver. */
  private static String seed(Path file, int index) {
    return """
            <disk type='file' device='disk'>
              <driver name='qemu' type='raw'/>
              <source file='%s'/>
              <target dev='%s' bus='virtio'/>
              <readonly/>
            </disk>
        """
        .formatted(escape(file.toString()), DiskSpec.device(index));
  }

  private static String port(PortSpec port) {
    return """
            <interface type='network'>
              <mac address='%s'/>
              <source network='%s'/>
              <model type='virtio'/>
              <rom enabled='no'/>
            </interface>
        """
        .formatted(escape(port.mac()), escape(NetworkXml.name(port.network())));
  }
}
