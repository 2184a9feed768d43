import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real host worker on libvirt's test driver, whose domains are there from the beginning. It has no
 * watch of the engine's, so it is told here, every minute as by one, that the domains are its own.
 */
final class TestHost implements AutoCloseable {
  private static final String TAG = "https://holdfast.io/xmlns/libvirt/1";

  private final Path folder = Files.createTempDirectory("holdfast-bench-");
  private final Process worker;
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean closing;

  TestHost(String name, List<UUID> domains, List<String> java) throws IOException {
    Path node = folder.resolve("node.xml");
    write(node, domains);
    Path owned = Files.createDirectories(folder.resolve("owned"));
    Path boot = Files.createDirectories(folder.resolve("boot"));
    for (UUID id : domains) {
      Files.writeString(owned.resolve(id.toString()), "HELD 1\n");
    }
    confirm(boot, domains);
    watch.scheduleAtFixedRate(() -> confirm(boot, domains), 1, 1, TimeUnit.MINUTES);
    ProcessBuilder command = new ProcessBuilder(java);
    command.command().add(1, "@activities/host-worker.jvm");
    command
        .command()
        .addAll(
            List.of(
                "-jar", "activities/target/holdfast-host-worker.jar", "config/host-worker.yml"));
    command.environment().put("HOLDFAST_HOST_NAME", name);
    command.environment().put("HOLDFAST_LIBVIRT_URI", "test://" + node);
    command.environment().put("HOLDFAST_DOMAIN_TYPE", "QEMU"); // not asked for: nothing is defined
    command.environment().put("HOLDFAST_KEY_FILE", System.getenv("HOLDFAST_STATE") + "/data/keys");
    command.environment().put("HOLDFAST_STATE_DIRECTORY", folder.resolve("state").toString());
    command.environment().put("HOLDFAST_OWNERSHIP_DIRECTORY", owned.toString());
    command.environment().put("HOLDFAST_OWNERSHIP_BOOT_DIRECTORY", boot.toString());
    command.environment().put("HOLDFAST_LIBVIRT_HOOK", folder.resolve("hook").toString());
    worker = Processes.start(command, folder.resolve("worker.log"));
    worker.onExit().thenRun(this::ended);
  }

  long pid() {
    return worker.pid();
  }

  /** Jobs wait for a host that is away; a benchmark would, for ever. */
  private void ended() {
    if (!closing) {
      try {
        System.err.println("The host worker ended:\n" + Files.readString(folder.resolve("worker.log")));
      } catch (IOException unreadable) {
        System.err.println("The host worker ended, and its log cannot be read: " + unreadable);
      }
      Runtime.getRuntime().halt(1);
    }
  }

  private static void confirm(Path boot, List<UUID> domains) {
    try {
      for (UUID id : domains) {
        Files.writeString(boot.resolve(id.toString()), "1\n");
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void write(Path node, List<UUID> domains) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(node))) {
      out.println("<node><cpu><mhz>2000</mhz><active>4</active><nodes>1</nodes>");
      out.println("<sockets>1</sockets><cores>4</cores><threads>1</threads><model>i686</model>");
      out.println("</cpu><memory>134217728</memory>");
      for (UUID id : domains) {
        out.printf(
            """
            <domain type='test'><name>hf-%1$s</name><uuid>%1$s</uuid>
              <metadata><holdfast:instance xmlns:holdfast='%2$s' owner='holdfast' id='%1$s'/></metadata>
              <memory unit='MiB'>128</memory><vcpu>1</vcpu><os><type>hvm</type></os>
            </domain>
            """,
            id, TAG);
      }
      out.println("</node>");
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    watch.shutdownNow();
    worker.destroy();
    if (worker.onExit().completeOnTimeout(null, 30, TimeUnit.SECONDS).join() == null) {
      worker.destroyForcibly().onExit().join();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
