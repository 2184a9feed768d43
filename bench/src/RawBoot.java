import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * Guests that a shell boots by libvirt, all at once, from clones of replicas. libvirt's event says
 * that a guest has its agent up, so that asking costs no processor before; then it is asked.
 */
final class RawBoot implements AutoCloseable {
  private static final String STEM = HostShell.POOL + "/bench-raw-";
  private static final String NETWORK =
      """
      <network>
        <name>bench-raw</name><bridge name='bench-raw' stp='off' delay='0'/>
        <ip address='10.99.77.1' prefix='24'>
          <dhcp><range start='10.99.77.2' end='10.99.77.254'/></dhcp>
        </ip>
      </network>""";

  private final HostShell shell;
  private int guests;

  RawBoot(HostShell shell) {
    this.shell = shell;
  }

  /** Takes the domains of a test that stands; none of this is timed. */
  void prepare(Rehearsed.Rehearsal test, Rehearsed plan) throws IOException {
    for (JsonNode one : test.run().path("instances")) {
      String domain = one.path("instance").asText();
      String xml = shell.ask("virsh -q dumpxml --inactive " + domain);
      shell.ask("cat >$work/%d.xml <<'END'\n%s\nEND".formatted(guests, own(xml, domain)));
      shell.must("cp %s/%s-seed.iso %s%d-seed.iso".formatted(HostShell.POOL, domain, STEM, guests));
      shell.ask("replica[%d]=%s".formatted(guests, plan.replica(one.path("source").asText())));
      guests++;
    }
    shell.ask(
        """
        boot() {
          cp --reflink=always ${replica[$1]} %1$s$1-root.qcow2 || fails cp
          virsh -q define $work/$1.xml >/dev/null || fails define
          virsh -q start bench-raw-$1 >/dev/null || fails start
        }
        ping() {
          local try
          for ((try = 0; try < 100; try++)); do
            if virsh -q qemu-agent-command $1 '{"execute":"guest-ping"}' --timeout 2 >/dev/null 2>&1; then
              echo $1 >>$work/answered
              return
            fi
            sleep 0.1
          done
        }
        boot_all() {
          local i line pings=() up="domain '?(bench-raw-[0-9]+)'?: state: 'connected'"
          : >$work/answered
          for ((i = 0; i < $1; i++)); do boot $i & done
          while [ ${#pings[@]} -lt $1 ]; do
            read -r -t 300 -u 5 line || fails "a sign of life of $(($1 - ${#pings[@]})) guests"
            if [[ $line =~ $up ]]; then
              ping ${BASH_REMATCH[1]} &
              pings+=($!)
            fi
          done
          wait "${pings[@]}"
          [ $(sort -u $work/answered | wc -l) = $1 ] || fails "the answer of each guest"
        }
        clear_all() {
          local i gone=()
          for ((i = 0; i < $1; i++)); do
            { virsh -q destroy bench-raw-$i; virsh -q undefine bench-raw-$i; } >/dev/null 2>&1 &
            gone+=($!)
          done
          wait "${gone[@]}"
          rm -f %1$s*-root.qcow2
          while read -r -t 0.2 -u 5 line; do :; done
        }"""
            .formatted(STEM));
    shell.ask("mkfifo $work/events; stdbuf -oL virsh -q event --event agent-lifecycle --loop >$work/events 2>/dev/null &");
    shell.ask("exec 5<$work/events");
    clear();
    shell.ask("virsh -q net-destroy bench-raw >/dev/null 2>&1");
    shell.ask("cat >$work/network.xml <<'END'\n" + NETWORK + "\nEND");
    shell.must("virsh -q net-create $work/network.xml");
  }

  /** Its domain, with a name, disks and a network of this program's. */
  private String own(String xml, String domain) {
    return xml.replaceAll("(?s)<metadata>.*</metadata>", "")
        .replaceAll("<uuid>.*</uuid>", "")
        .replaceAll("<name>.*</name>", "<name>bench-raw-" + guests + "</name>")
        .replaceAll("<source network='[^']*'", "<source network='bench-raw'")
        .replaceAll("/hf-" + domain + "-console.log", "/bench-raw-" + guests + ".log")
        .replace(HostShell.POOL + "/" + domain, STEM + guests);
  }

  /** Seconds until the last guest's agent has answered. */
  double boot() throws IOException {
    String[] times = shell.ask("from=$EPOCHREALTIME; boot_all %d; echo $from $EPOCHREALTIME".formatted(guests)).split(" ");
    return Double.parseDouble(times[1]) - Double.parseDouble(times[0]);
  }

  void clear() throws IOException {
    shell.ask("clear_all " + guests);
  }

  @Override
  public void close() throws IOException {
    if (guests > 0) {
      clear();
      shell.ask("virsh -q net-destroy bench-raw >/dev/null 2>&1; rm -f %s* /var/log/libvirt/qemu/bench-raw-*.log".formatted(STEM));
    }
  }
}
