import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a host's worker takes of its host's memory, in MiB, by the kernel's own count. */
final class WorkerMemory {
  private static final long STEADY_MILLIS = 3_000;

  private final Path process;

  WorkerMemory(String host) throws IOException {
    Path pid = Path.of(System.getenv("HOLDFAST_STATE"), "run", "worker-" + host + ".pid");
    process = Path.of("/proc", Files.readString(pid).strip());
  }

  double resident() throws IOException {
    return field("VmRSS:");
  }

  /** The most since {@link #forgetPeak}. */
  double peak() throws IOException {
    return field("VmHWM:");
  }

  void forgetPeak() throws IOException {
    Files.writeString(process.resolve("clear_refs"), "5");
  }

  /** What it takes when it does nothing: once that has not grown by a MiB for three seconds. */
  double idle() throws IOException, InterruptedException {
    double before = 0;
    for (double now = resident(); now - before > 1; now = resident()) {
      before = now;
      Thread.sleep(STEADY_MILLIS);
    }
    return before;
  }

  private double field(String name) throws IOException {
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException(process + " has no " + name);
  }
}
