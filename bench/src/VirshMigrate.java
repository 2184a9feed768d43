import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** virsh migrate --copy-storage-all of a domain whose disk is a clone of the instance's. */
final class VirshMigrate implements AutoCloseable {
  private static final String NAME = "bench-virsh";
  private static final String DISK = HostShell.POOL + "/bench-virsh.qcow2";

  private final HostShell source;
  private final HostShell target;
  private final Moved like;
  private final String address;

  VirshMigrate(HostShell source, HostShell target, Moved like) throws IOException {
    this.source = source;
    this.target = target;
    this.like = like;
    address = target.address();
    clear();
    source.must("cp --reflink=auto %s %s.origin".formatted(like.disk(), DISK));
    String type =
        source.ask("virsh -q dumpxml %s | sed -n \"s/^<domain type='\\([a-z]*\\)'.*/\\1/p\"".formatted(like.domain()));
    source.ask("cat >$work/virsh.xml <<'END'\n%sEND".formatted(xml(type)));
  }

  /** {@code how}: further options. Then it runs there, and its disk is the same. */
  Moved.Move move(String how) throws IOException {
    begin();
    try (Standstill standstill = new Standstill(source, target, NAME)) {
      double seconds = source.timed(command(how));
      target.must("virsh -q domstate " + NAME + " | grep -qx running");
      if (!target.content(DISK, "qcow2").equals(like.content())) {
        throw new IOException("The disk that virsh moved is not the same");
      }
      return new Moved.Move(seconds, standstill.seconds(), Map.of());
    } finally {
      clear();
    }
  }

  /** False when virsh failed. */
  boolean attempt() {
    try {
      begin();
      return source.ask(command("--live") + " >$work/said 2>&1; echo $?").equals("0");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void begin() throws IOException {
    source.must("cp --reflink=auto %1$s.origin %1$s && virsh -q define $work/virsh.xml && virsh -q start %2$s".formatted(DISK, NAME));
  }

  private String command(String how) {
    return "virsh -q migrate %1$s --persistent --copy-storage-all --p2p %2$s qemu+tcp://%3$s/system tcp://%3$s"
        .formatted(how, NAME, address);
  }

  /** Nothing of an attempt is left. */
  void clear() throws IOException {
    for (HostShell host : new HostShell[] {source, target}) {
      host.ask(
          "{ virsh -q destroy %1$s; virsh -q undefine %1$s; } >/dev/null 2>&1; rm -f %2$s; virsh -q pool-refresh fast >/dev/null"
              .formatted(NAME, DISK));
    }
  }

  private static String xml(String type) {
    return """
        <domain type='%s'>
          <name>%s</name>
          <memory unit='MiB'>128</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
          <features><acpi/><apic/></features>
          <devices>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' cache='writeback' discard='unmap'/>
              <source file='%s'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <controller type='usb' model='none'/>
            <memballoon model='virtio'/>
          </devices>
        </domain>
        """
        .formatted(type, NAME, DISK);
  }

  @Override
  public void close() throws IOException {
    clear();
    source.ask("rm -f " + DISK + ".origin");
  }
}
