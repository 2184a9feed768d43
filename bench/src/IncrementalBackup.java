import java.io.IOException;

/** virtnbdbackup of a running domain whose disk is a copy of the protected one, at the source. */
final class IncrementalBackup implements AutoCloseable {
  private static final String DOMAIN = "bench-rival";
  private static final String DISK = HostShell.POOL + "/bench-rival.qcow2";
  private static final String BACKUPS = HostShell.POOL + "/bench-virtnbdbackup";

  private final HostShell host;

  /** {@code like}: the domain whose kind of emulation it takes over. */
  IncrementalBackup(HostShell host, String like, String frozen) throws IOException {
    this.host = host;
    host.ask("virsh -q destroy %1$s 2>/dev/null; virsh -q undefine --checkpoints-metadata %1$s 2>/dev/null; rm -rf %2$s".formatted(DOMAIN, BACKUPS));
    host.must("cp --reflink=auto %s %s".formatted(frozen, DISK));
    String type = host.ask("virsh -q dumpxml %s | sed -n \"s/^<domain type='\\([a-z]*\\)'.*/\\1/p\"".formatted(like));
    host.ask("cat >$work/rival.xml <<'END'\n" + xml(type) + "END");
    host.must("virsh -q define $work/rival.xml && virsh -q start " + DOMAIN);
  }

  String domain() {
    return DOMAIN;
  }

  /** Seconds of the first, full backup. */
  double full() throws IOException {
    return backup("full");
  }

  /** Seconds of an incremental one. */
  double incremental() throws IOException {
    return backup("inc");
  }

  private double backup(String level) throws IOException {
    return host.timed("virtnbdbackup -d %s -l %s -o %s".formatted(DOMAIN, level, BACKUPS));
  }

  /** Restores the chain; seconds until there is a disk again. Fails when it is not that content. */
  double restore(String content) throws IOException {
    if (!host.content(DISK, "qcow2").equals(content)) {
      throw new IOException("The disk of " + DOMAIN + " is not the protected one's twin");
    }
    String restored = BACKUPS + "/restored";
    // it leaves its qemu-nbd behind, which still has tables of the disk to write; its lock on the file goes last
    double seconds =
        host.timed(
            "virtnbdrestore -i %1$s -o %2$s && timeout 60 sh -c 'until qemu-img info %2$s/*.qcow2; do sleep 0.01; done'"
                .formatted(BACKUPS, restored));
    String file = host.ask("ls %s/*.qcow2".formatted(restored));
    if (!host.content(file, "qcow2").equals(content)) {
      throw new IOException("What virtnbdbackup restored is not the disk");
    }
    return seconds;
  }

  @Override
  public void close() throws IOException {
    host.ask("virsh -q destroy %1$s; virsh -q undefine --checkpoints-metadata %1$s; rm -rf %2$s %3$s".formatted(DOMAIN, BACKUPS, DISK));
  }

  private static String xml(String type) {
    return """
        <domain type='%s'>
          <name>%s</name>
          <memory unit='MiB'>128</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <features><acpi/></features>
          <devices>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' cache='writeback' discard='unmap'/>
              <source file='%s'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <controller type='usb' model='none'/>
          </devices>
        </domain>
        """
        .formatted(type, DOMAIN, DISK);
  }
}
