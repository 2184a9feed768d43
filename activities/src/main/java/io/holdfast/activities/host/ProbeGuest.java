package io.holdfast.activities.host;

import io.holdfast.activities.libvirt.Xml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/** A guest of one boot sector, which writes a marker to the first serial port and halts. */
final class ProbeGuest {
  static final String MARKER = "holdfast-guest-runs";

  private static final int SECTOR = 512;

  /** Where the marker stands in the sector, loaded at 0x7c00. */
  private static final int TEXT = 0x20;

  /** 16-bit real mode. */
  private static final int[] CODE = {
    0x31, 0xc0, // xor ax, ax
    0x8e, 0xd8, // mov ds, ax
    0xbe, TEXT, 0x7c, // mov si, 0x7c00 + TEXT
    0xba, 0xf8, 0x03, // mov dx, 0x3f8 (COM1)
    0xfc, // cld
    0xac, // next: lodsb
    0x84, 0xc0, // test al, al
    0x74, 0x03, // jz halt
    0xee, // out dx, al
    0xeb, 0xf8, // jmp next
    0xfa, // halt: cli
    0xf4, // hlt
    0xeb, 0xfd, // jmp to hlt
  };

  private ProbeGuest() {}

  static byte[] sector() {
    byte[] sector = new byte[SECTOR];
    for (int i = 0; i < CODE.length; i++) {
      sector[i] = (byte) CODE[i];
    }
    byte[] marker = MARKER.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(marker, 0, sector, TEXT, marker.length);
    sector[SECTOR - 2] = 0x55;
    sector[SECTOR - 1] = (byte) 0xaa;
    return sector;
  }

  static String xml(String type, UUID id, Path disk, Path serial) {
    return """
        <domain type='%s'>
          <name>hf-probe-%s</name>
          <uuid>%s</uuid>
          <memory unit='MiB'>16</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
          <on_reboot>destroy</on_reboot>
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
        .formatted(type, id, id, Xml.escape(disk.toString()), Xml.escape(serial.toString()));
  }
}
