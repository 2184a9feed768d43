import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Processor time by process, as the kernel counts it. Other than a rate it hardly depends on what else the machine does, so
 * it says where the time of a job goes.
 */
final class ProcessorTime {
  private static final double MILLIS_A_TICK = 10; // USER_HZ is 100 on every Linux
  private static final int USER_TICKS = 11; // of the fields behind the program's name
  private static final int OWN = 2; // user and system
  private static final int WITH_ENDED = 4; // and both of the children that ended

  private final Map<String, List<Long>> pids = new LinkedHashMap<>();
  private final Map<String, ProcessHandle> families = new LinkedHashMap<>();

  void watch(String name, long pid) {
    pids.computeIfAbsent(name, any -> new ArrayList<>()).add(pid);
  }

  /** A process of the lab, by the file that its supervisor writes, with all that it starts. */
  void watchLab(String name) throws IOException {
    Path pid = Path.of(System.getenv("HOLDFAST_STATE"), "run", name + ".pid");
    long parent = Long.parseLong(Files.readString(pid).strip());
    families.put(name, ProcessHandle.of(parent).orElseThrow());
  }

  /** Milliseconds of a processor by name, since each process began. */
  Map<String, Double> read() throws IOException {
    Map<String, Double> times = new LinkedHashMap<>();
    for (Map.Entry<String, ProcessHandle> each : families.entrySet()) {
      double millis = millis(each.getValue().pid(), WITH_ENDED);
      for (ProcessHandle child : each.getValue().children().toList()) {
        if (Files.exists(stat(child.pid()))) { // else its parent counts it as ended, next time
          millis += millis(child.pid(), WITH_ENDED);
        }
      }
      times.put(each.getKey(), millis);
    }
    for (Map.Entry<String, List<Long>> each : pids.entrySet()) {
      double millis = 0;
      for (long pid : each.getValue()) {
        millis += millis(pid, OWN);
      }
      times.put(each.getKey(), millis);
    }
    return times;
  }

  /** What came on top of an earlier look, a job. */
  static Map<String, Double> each(Map<String, Double> before, Map<String, Double> after, int jobs) {
    Map<String, Double> each = new LinkedHashMap<>();
    after.forEach((name, millis) -> each.put(name, (millis - before.get(name)) / jobs));
    return each;
  }

  /** Milliseconds that the JVM's compilers took in the processes of a name, since each began. */
  double compilers(String name) throws IOException {
    List<Long> all = new ArrayList<>(pids.getOrDefault(name, List.of()));
    if (families.containsKey(name)) {
      ProcessHandle parent = families.get(name);
      all.add(parent.pid());
      parent.children().map(ProcessHandle::pid).forEach(all::add);
    }
    double millis = 0;
    for (long pid : all) {
      try (Stream<Path> threads = Files.list(stat(pid).resolveSibling("task"))) {
        for (Path thread : threads.toList()) {
          if (Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\s*")) {
            millis += millis(thread.resolve("stat"), OWN);
          }
        }
      }
    }
    return millis;
  }

  private static double millis(long pid, int fields) throws IOException {
    return millis(stat(pid), fields);
  }

  private static double millis(Path file, int fields) throws IOException {
    String stat = Files.readString(file);
    String[] all = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = USER_TICKS; i < USER_TICKS + fields; i++) {
      ticks += Long.parseLong(all[i]);
    }
    return ticks * MILLIS_A_TICK;
  }

  private static Path stat(long pid) {
    return Path.of("/proc", Long.toString(pid), "stat");
  }
}
