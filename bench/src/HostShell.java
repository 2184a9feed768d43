import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell inside a host of the lab, started once: what is timed are the commands alone. It knows
 * {@code $work}, a folder that goes with it, and {@code fails WHAT}; what it started ends with it.
 */
final class HostShell implements AutoCloseable {
  /** The host's pool with reflinks. */
  static final String POOL = "/var/lib/holdfast/pools/fast";

  private final String host;
  private final Process shell;
  private final PrintStream in;
  private final BufferedReader out;

  HostShell(String host) throws IOException {
    this.host = host;
    shell =
        new ProcessBuilder("lab/hosts.sh", "exec", host, "bash")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    in = new PrintStream(shell.getOutputStream(), true);
    out = shell.inputReader();
    ask(
        """
        export LC_ALL=C
        work=$(mktemp -d)
        fails() { echo "bench, on %s: $* failed" >&2; [ ! -s $work/said ] || tail -n 20 $work/said >&2; exit 1; }
        trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT"""
            .formatted(host));
  }

  /** A host's pool, as this process sees it. */
  static Path pool(String host) throws IOException {
    Path holder = Path.of(System.getenv("HOLDFAST_STATE"), "lab", host, "holder.pid");
    return Path.of("/proc", Files.readString(holder).strip(), "root" + POOL);
  }

  String host() {
    return host;
  }

  /** As the other hosts reach it. */
  String address() throws IOException {
    return ask("sed -n 's/^\\([0-9.]*\\) *%s.*/\\1/p' /etc/hosts | head -n 1".formatted(host));
  }

  /** Runs commands and returns what they printed. */
  String ask(String command) throws IOException {
    in.println(command + "\necho END-OF-ANSWER");
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("END-OF-ANSWER")) {
        return String.join("\n", lines);
      }
      lines.add(line);
    }
    throw new IOException("The shell in " + host + " ended at: " + command);
  }

  /** Runs one command, which must succeed; what it says is shown when it does not. */
  void must(String command) throws IOException {
    ask("{ " + command + "\n} >$work/said 2>&1 || fails '" + command.lines().findFirst().orElse("").replace("'", "") + "'");
  }

  /** As {@link #must}; returns the seconds that it took. */
  double timed(String command) throws IOException {
    ask("from=$EPOCHREALTIME");
    must(command + "\nended=$? to=$EPOCHREALTIME; [ $ended = 0 ]");
    String[] times = ask("echo $from $to").split(" ");
    return Double.parseDouble(times[1]) - Double.parseDouble(times[0]);
  }

  /** SHA-256 of what a disk's file holds. */
  String content(String file, String format) throws IOException {
    must("qemu-img convert -U -f %s -O raw %s %s/bench-content.raw".formatted(format, file, POOL));
    String[] answer =
        ask("python3 bench/src/content.py %1$s/bench-content.raw; rm -f %1$s/bench-content.raw".formatted(POOL)).split("\n");
    if (!answer[0].matches("[0-9a-f]{64}")) {
      throw new IOException("No SHA-256 of " + file + ": " + answer[0]);
    }
    return answer[0];
  }

  @Override
  public void close() {
    in.println("exit");
    in.close();
    try {
      shell.waitFor();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
