import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What the lab's engine has on its heap, in MiB. */
final class EngineHeap {
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final String pid;

  EngineHeap() throws IOException {
    pid =
        Files.readString(Path.of(System.getenv("HOLDFAST_STATE"), "run", "engine.pid")).strip();
  }

  /** What a full collection leaves. */
  double live() throws IOException {
    ask("GC.run");
    ask("GC.run"); // the first one may leave what it has only queued for finalization
    String heap = ask("GC.heap_info").split("Metaspace", 2)[0]; // one line a generation
    return USED.matcher(heap).results().mapToLong(line -> Long.parseLong(line.group(1))).sum()
        / 1024.0;
  }

  private String ask(String command) throws IOException {
    Process jcmd =
        new ProcessBuilder(System.getProperty("java.home") + "/bin/jcmd", pid, command)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader answer = jcmd.inputReader()) {
      return String.join("\n", answer.lines().toList());
    }
  }
}
