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

  private final Map<String, List<Long>> pids = new LinkedHashMap<>();

  void watch(String name, long pid) {
    pids.computeIfAbsent(name, any -> new ArrayList<>()).add(pid);
  }

  /** A process of the lab, by the file that its supervisor writes, with all that it started. */
  void watchLab(String name) throws IOException {
    Path pid = Path.of(System.getenv("HOLDFAST_STATE"), "run", name + ".pid");
    ProcessHandle process =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    try (Stream<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants())) {
      all.forEach(each -> watch(name, each.pid()));
    }
  }

  /** Milliseconds of a processor by name, since each process began. */
  Map<String, Double> read() throws IOException {
    Map<String, Double> times = new LinkedHashMap<>();
    for (Map.Entry<String, List<Long>> each : pids.entrySet()) {
      double millis = 0;
      for (long pid : each.getValue()) {
        millis += millis(pid);
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

  private static double millis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1])) * MILLIS_A_TICK;
  }
}
