package io.holdfast.activities.host;

import io.holdfast.activities.domain.DomainXml;
import io.holdfast.activities.libvirt.Xml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A guest of one boot sector. It enters 64-bit mode, counts to 64 million and writes a marker to
 * the first serial port: a KVM that only seems to work (nested, without hardware behind it) runs
 * firmware and never gets that far. Source: src/main/asm/probe-guest.s.
 */
final class ProbeGuest {
  static final String MARKER = "holdfast-guest-runs";

  private static final int SECTOR = 512;

  /** What the assembler made of the source; the marker follows it. */
  private static final String CODE =
      """
      fafc31c08ed88ec0bf0010b90018f3abc70600100320c70600200330c7060030
      83000f20e00c200f22e066b8001000000f22d866b9800000c00f3280cc010f30
      0f0116887c0f20c0660d010000800f22c0ea567c0800b900000004ffc975fcbe
      8e7c000066baf803ac84c07403eeebf8f4ebfd0f1f4400000000000000000000
      ffff0000009aaf000f00787c0000
      """;

  private ProbeGuest() {}

  static byte[] sector() {
    byte[] code = HexFormat.of().parseHex(CODE.replaceAll("\\s", ""));
    byte[] marker = MARKER.getBytes(StandardCharsets.US_ASCII);
    byte[] sector = new byte[SECTOR];
    System.arraycopy(code, 0, sector, 0, code.length);
    System.arraycopy(marker, 0, sector, code.length, marker.length);
    sector[SECTOR - 2] = 0x55;
    sector[SECTOR - 1] = (byte) 0xaa;
    return sector;
  }

  static String name(UUID id) {
    return "hf-probe-" + id;
  }

  /** With the processor that instances get: a host that cannot give it cannot run them. */
  static String xml(String type, UUID id, Path disk, Path serial) {
    return """
        <domain type='%s'>
          <name>%s</name>
          <uuid>%s</uuid>
          <memory unit='MiB'>16</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
        %s  <on_reboot>destroy</on_reboot>
          <devices>
            <controller type='usb' model='none'/>
            <memballoon model='none'/>
            <disk type='file' device='disk'>
              <driver name='qemu' type='raw'/>
              <source file='%s'/>
              <target dev='hda' bus='ide'/>
            </disk>
            <serial type='file'><source path='%s'/></serial>
          </devices>
        </domain>
        """
        .formatted(
            type,
            name(id),
            id,
            DomainXml.cpu(type),
            Xml.escape(disk.toString()),
            Xml.escape(serial.toString()));
  }
}
