import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real host worker on libvirt's test driver, with a folder for all that it keeps. */
final class TestWorker implements AutoCloseable {
  private final Path folder;
  private final Process process;
  private volatile boolean closing;

  /**
   * Starts it.
   *
   * @param folder has node.xml, and is removed with the worker
   * @param around what becomes the worker's command, which follows it
   */
  TestWorker(String name, Path folder, List<String> around, List<String> java) throws IOException {
    this.folder = folder;
    List<String> words = new ArrayList<>(around);
    words.add(java.get(0));
    words.add("@activities/host-worker.jvm");
    words.addAll(java.subList(1, java.size()));
    words.addAll(
        List.of("-jar", "activities/target/holdfast-host-worker.jar", "config/host-worker.yml"));
    ProcessBuilder command = new ProcessBuilder(words);
    Map<String, String> environment = command.environment();
    environment.put("HOLDFAST_HOST_NAME", name);
    environment.put("HOLDFAST_LIBVIRT_URI", "test://" + folder.resolve("node.xml"));
    environment.put("HOLDFAST_DOMAIN_TYPE", "TEST");
    environment.put("HOLDFAST_KEY_FILE", System.getenv("HOLDFAST_STATE") + "/data/keys");
    environment.put("HOLDFAST_STATE_DIRECTORY", folder.resolve("state").toString());
    environment.put("HOLDFAST_OWNERSHIP_DIRECTORY", folder.resolve("owned").toString());
    environment.put("HOLDFAST_OWNERSHIP_BOOT_DIRECTORY", folder.resolve("boot").toString());
    environment.put("HOLDFAST_LIBVIRT_HOOK", folder.resolve("hook").toString());
    process = Processes.start(command, folder.resolve("worker.log"));
    process.onExit().thenRun(this::ended);
  }

  long pid() {
    return process.pid();
  }

  /** Jobs wait for a host that is away; a benchmark would, for ever. */
  private void ended() {
    if (!closing) {
      try {
        System.err.println("A host worker ended:\n" + Files.readString(folder.resolve("worker.log")));
      } catch (IOException unreadable) {
        System.err.println("A host worker ended, and its log cannot be read: " + unreadable);
      }
      Runtime.getRuntime().halt(1);
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    process.destroy();
    if (process.onExit().completeOnTimeout(null, 30, TimeUnit.SECONDS).join() == null) {
      process.destroyForcibly().onExit().join();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
