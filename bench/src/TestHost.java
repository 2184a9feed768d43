import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A host of libvirt's test driver whose domains are there from the beginning. It has no watch of the
 * engine's, so its worker is told here, every minute as by one, that the domains are its own.
 */
final class TestHost implements AutoCloseable {
  private static final String TAG = "https://holdfast.io/xmlns/libvirt/1";

  private final TestWorker worker;
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

  TestHost(String name, List<UUID> domains, List<String> java) throws IOException {
    Path folder = Files.createTempDirectory("holdfast-bench-");
    write(folder.resolve("node.xml"), domains);
    Path owned = Files.createDirectories(folder.resolve("owned"));
    Path boot = Files.createDirectories(folder.resolve("boot"));
    for (UUID id : domains) {
      Files.writeString(owned.resolve(id.toString()), "HELD 1\n");
    }
    confirm(boot, domains);
    watch.scheduleAtFixedRate(() -> confirm(boot, domains), 1, 1, TimeUnit.MINUTES);
    worker = new TestWorker(name, folder, List.of(), java);
  }

  long pid() {
    return worker.pid();
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
    watch.shutdownNow();
    worker.close();
  }
}
