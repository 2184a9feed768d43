import java.io.IOException;

/** The raw loop on a host. */
final class RawHost implements AutoCloseable {
  private static final String POOL = HostShell.POOL;

  private final HostShell shell;

  RawHost(String host) throws IOException {
    shell = new HostShell(host);
  }

  /** Writes the descriptions of {@code count} domains, which is not timed. */
  void prepare(String image, String network, int count) throws IOException {
    String type = shell.ask("virsh -q dumpxml $(virsh -q list --uuid | head -n 1) | sed -n \"s/^<domain type='\\([a-z]*\\)'.*/\\1/p\"");
    shell.ask("image=%s/holdfast-image-%s.qcow2; [ -f $image ] || fails \"no $image\"".formatted(POOL, image));
    for (int i = 0; i < count; i++) {
      String disk = POOL + "/bench-raw-" + i + ".qcow2";
      shell.ask("cat >$work/%d.xml <<'END'\n%sEND".formatted(i, xml(type, i, disk, network)));
    }
    shell.ask(
        """
        create() {
          local i
          for ((i = 0; i < $1; i++)); do
            qemu-img create -q -f qcow2 -F qcow2 -b $image %1$s/bench-raw-$i.qcow2 1G || fails qemu-img
            virsh -q define $work/$i.xml >/dev/null || fails define
            virsh -q start bench-raw-$i >/dev/null || fails start
          done
        }
        clear() {
          local i
          for ((i = 0; i < $1; i++)); do
            virsh -q destroy bench-raw-$i >/dev/null 2>&1 && virsh -q undefine bench-raw-$i >/dev/null 2>&1 &
          done
          wait
          rm -f %1$s/bench-raw-*.qcow2
          true
        }"""
            .formatted(POOL));
    clear(count);
  }

  /** Seconds until the last of {@code count} runs, one after the other. */
  double create(int count) throws IOException {
    String[] times = shell.ask("from=$EPOCHREALTIME; create %d; echo $from $EPOCHREALTIME".formatted(count)).split(" ");
    return Double.parseDouble(times[1]) - Double.parseDouble(times[0]);
  }

  void clear(int count) throws IOException {
    shell.ask("clear " + count);
  }

  @Override
  public void close() {
    shell.close();
  }

  /** The engine's domain without what only the engine needs: metadata and seed. */
  private static String xml(String type, int i, String disk, String network) {
    return """
        <domain type='%s'>
          <name>bench-raw-%d</name>
          <memory unit='MiB'>128</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
          <features><acpi/><apic/></features>
          <on_crash>destroy</on_crash>
          <devices>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' cache='writeback' discard='unmap'/>
              <source file='%s'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <interface type='network'>
              <source network='hf-%s'/>
              <model type='virtio'/>
              <rom enabled='no'/>
            </interface>
            <controller type='usb' model='none'/>
            <serial type='file'><source path='/var/log/libvirt/qemu/bench-raw-%d.log'/></serial>
            <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
            <video><model type='vga' vram='8192'/></video>
            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
            <memballoon model='virtio'/>
          </devices>
        </domain>
        """
        .formatted(type, i, disk, network, i);
  }
}
