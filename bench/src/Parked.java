import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What jobs that wait for a person cost of the engine's memory. Each is a create that fits nowhere
 * and was told to pause rather than to undo: its workflow waits, BLOCKED. The heap is what a full
 * collection leaves, before and after; in the end all are aborted.
 */
public final class Parked {
  private static final int CALLERS = 32;
  private static final String PREFIX = "bench-parked-";
  private static final double TARGET_MIB = 64;

  private final int count = Samples.count("BENCH_PARKED", 2000);
  private final Engine engine = new Engine();
  private final EngineHeap heap = new EngineHeap();
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

  private Parked() throws IOException {}

  public static void main(String[] arguments) throws Exception {
    new Parked().run();
  }

  private void run() throws Exception {
    engine.ensureEmptyImage();
    abortAll(); // what a killed run left
    try {
      park(64); // what the first jobs load stays out of the account
      double before = heap.live();
      park(count);
      double after = heap.live();
      double each = (after - before) * 1000 / count;
      System.out.printf(
          "%nparked: %,d jobs BLOCKED; the engine's heap after a full collection, MiB%n%n", count);
      System.out.printf("  %-32s %7.1f%n", "before", before);
      System.out.printf("  %-32s %7.1f%n", "after", after);
      System.out.printf("  %-32s %7.1f%n", "for 1,000 jobs", each);
      System.out.printf(
          "  target: at most %.0f for 1,000: %s%n", TARGET_MIB, Samples.met(each <= TARGET_MIB));
      ObjectNode result = Samples.result().put("jobs", count);
      result.put("heapMiBBefore", Samples.rounded(before)).put("heapMiBAfter", after);
      result.put("mibPer1000", Samples.rounded(each)).put("mibPer1000Target", TARGET_MIB);
      Samples.write("parked", result);
    } finally {
      abortAll();
      callers.shutdownNow();
    }
  }

  private void abortAll() throws Exception {
    List<String> blocked;
    do {
      blocked = new ArrayList<>();
      for (JsonNode job : engine.get("/v1/jobs?state=BLOCKED&limit=1000").path("items")) {
        if (job.at("/target/name").asText().startsWith(PREFIX)) {
          blocked.add(job.path("id").asText());
        }
      }
      each(blocked, this::abort);
    } while (!blocked.isEmpty());
  }

  private void park(int many) throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      names.add(PREFIX + many + "-" + i);
    }
    each(names, this::parkOne);
  }

  /** A vast guest: it fits on no host of a lab. */
  private String parkOne(String name) throws Exception {
    String body =
        "{'name':'%s','image':'%s','vcpus':64,'memoryMiB':524288,'disks':[{'sizeGiB':1}],'networks':['default'],'onFailure':'PAUSE'}"
            .formatted(name, Engine.EMPTY_IMAGE);
    JsonNode job = engine.post("/v1/instances", body);
    return follow(job, "BLOCKED").path("id").asText();
  }

  private String abort(String job) throws Exception {
    follow(engine.post("/v1/jobs/" + job + ":abort", "{}"), "FAILED");
    return job;
  }

  private JsonNode follow(JsonNode job, String until) throws Exception {
    JsonNode now = job;
    while (!now.path("state").asText().equals(until)) {
      if (now.path("state").asText().matches("SUCCEEDED|FAILED|CANCELLED")) {
        throw new IllegalStateException("The job is not " + until + ": " + now);
      }
      String path = "/v1/jobs/" + job.path("id").asText();
      now = engine.answer(engine.request(path).header("Prefer", "wait=20").GET().build());
    }
    return now;
  }

  private void each(List<String> of, Work work) throws Exception {
    List<Future<?>> ends = new ArrayList<>();
    for (String one : of) {
      ends.add(callers.submit(() -> work.on(one)));
    }
    for (Future<?> end : ends) {
      end.get();
    }
  }

  @FunctionalInterface
  private interface Work {
    String on(String one) throws Exception;
  }
}
