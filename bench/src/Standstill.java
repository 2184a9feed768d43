import java.io.IOException;

/**
 * For how long a guest stands still as it moves: from its last stop at the source to its last start
 * at the target. Both hosts have one clock here.
 */
final class Standstill implements AutoCloseable {
  private final HostShell from;
  private final HostShell to;

  Standstill(HostShell from, HostShell to, String domain) throws IOException {
    this.from = from;
    this.to = to;
    for (HostShell host : new HostShell[] {from, to}) {
      host.ask(
          "stdbuf -oL virsh event --event lifecycle --loop --timestamp >$work/events 2>/dev/null & events=$!; domain="
              + domain);
    }
  }

  double seconds() throws IOException {
    double stopped = last(from, "Suspended|Stopped");
    double started = last(to, "Resumed");
    if (started <= stopped) {
      throw new IOException("The guest started at the target before it was stopped");
    }
    return started - stopped;
  }

  /** The first of the last stops: what comes behind it says the same once more. */
  private static double last(HostShell host, String what) throws IOException {
    String which = what.equals("Resumed") ? "tail" : "head";
    String stamp =
        host.ask(
            "grep -E \"domain '?$domain'?: (%s)\" $work/events | %s -n 1 | sed 's/: event.*//'"
                .formatted(what, which));
    if (stamp.isEmpty()) {
      throw new IOException("libvirt on " + host.host() + " told of no event: " + what);
    }
    return Double.parseDouble(host.ask("date -d '" + stamp + "' +%s.%N"));
  }

  @Override
  public void close() throws IOException {
    from.ask("kill $events; wait $events 2>/dev/null");
    to.ask("kill $events; wait $events 2>/dev/null");
  }
}
