import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Jobs a second of the engine, beside a bare Temporal workflow with as many activities of the same
 * kinds, on the same Temporal, in turns.
 *
 * <p>The job is a power change: over HTTP, through PostgreSQL and Temporal, to a real host worker
 * whose libvirt is the test driver, which takes no time itself. How many activities the bare
 * workflow has is read from the history of one of the engine's jobs. Its worker is one process,
 * while the engine's jobs pass two; each of 64 callers waits for the end of its job before the next.
 */
public final class Jobs {
  private static final int CALLERS = 64;
  private static final int MOST_WARM_UPS = 30; // rounds
  private static final double SETTLED = 0.05; // of a side's own time goes to its compilers
  private static final double TARGET = 0.8;

  private final int rounds = Samples.count("BENCH_ROUNDS", 5);
  private final int jobsEach = Samples.count("BENCH_JOBS_EACH", 12);
  private final List<String> java = List.of(System.getenv("BENCH_JAVA").split("\n"));
  private final Engine engine = new Engine();
  private final WorkflowClient temporal = BareJob.client();
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final Samples ours = new Samples();
  private final Samples bare = new Samples();
  private final ProcessorTime processors = new ProcessorTime();
  private final List<Map<String, Double>> ourMillis = new ArrayList<>();
  private final List<Map<String, Double>> bareMillis = new ArrayList<>();

  public static void main(String[] arguments) throws Exception {
    new Jobs().run();
    System.exit(0); // Temporal's client keeps threads
  }

  private void run() throws Exception {
    engine.ensureEmptyImage();
    Path log = Files.createTempFile("holdfast-bench-", ".log");
    try (Rows rows = new Rows()) {
      String name = rows.host("jobs", "alpha");
      rows.network();
      rows.instances(CALLERS, engine.imageId());
      List<UUID> ids = rows.ids();
      try (TestHost host = new TestHost(name, ids, new ArrayList<>(java))) {
        List<String> command = new ArrayList<>(java);
        command.addAll(
            List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), "BareJob"));
        Process worker = Processes.start(new ProcessBuilder(command), log);
        try {
          for (String each : List.of("engine", "postgres", "temporal")) {
            processors.watchLab(each);
          }
          processors.watch("host worker", host.pid());
          processors.watch("bare workflow", worker.pid());
          processors.watch("callers", ProcessHandle.current().pid());
          measure(ids);
        } finally {
          worker.destroyForcibly().waitFor();
        }
      }
    } finally {
      callers.shutdownNow();
      Files.delete(log);
    }
  }

  private void measure(List<UUID> ids) throws Exception {
    BareJob.Shape shape = shape(power(ids.get(0), "stop"));
    power(ids.get(0), "start");
    Call our = (caller, turn) -> power(ids.get(caller), turn % 2 == 0 ? "stop" : "start");
    Call their = (caller, turn) -> bare(shape);
    int warmUps = warmUp(our, their);
    for (int i = 0; i < rounds; i++) {
      ours.add(second(our, ourMillis));
      bare.add(second(their, bareMillis));
    }
    print(shape, warmUps);
    Samples.write("jobs", json(shape, warmUps));
  }

  /**
   * Rounds until both sides' compilers have seen what a job runs: an engine serves for weeks, and
   * what it compiles in its first ten minutes is no part of a job. Answers with their number.
   */
  private int warmUp(Call our, Call their) throws Exception {
    for (int i = 1; i <= MOST_WARM_UPS; i++) {
      double ours = compiling("engine", our);
      double bares = compiling("bare workflow", their);
      System.out.printf("warming up: %.0f %% and %.0f %% for compilers%n", 100 * ours, 100 * bares);
      if (ours < SETTLED && bares < SETTLED) {
        return i;
      }
    }
    throw new IllegalStateException("The compilers never settled");
  }

  /** Which part of a process's time its compilers took in a round. */
  private double compiling(String process, Call call) throws Exception {
    double all = processors.read().get(process);
    double compilers = processors.compilers(process);
    second(call);
    return (processors.compilers(process) - compilers) / (processors.read().get(process) - all);
  }

  /** Jobs a second; what a job took of each process goes to {@code millis}. */
  private double second(Call call, List<Map<String, Double>> millis) throws Exception {
    Map<String, Double> before = processors.read();
    double rate = second(call);
    millis.add(ProcessorTime.each(before, processors.read(), CALLERS * jobsEach));
    return rate;
  }

  /** Jobs a second. */
  private double second(Call call) throws Exception {
    long from = System.nanoTime();
    List<Future<?>> ends = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      ends.add(
          callers.submit(
              () -> {
                for (int turn = 0; turn < jobsEach; turn++) {
                  call.run(caller, turn);
                }
                return null;
              }));
    }
    for (Future<?> end : ends) {
      end.get();
    }
    return CALLERS * jobsEach / ((System.nanoTime() - from) / 1e9);
  }

  private JsonNode power(UUID instance, String action) throws Exception {
    String path = "/v1/instances/" + instance + ":" + action;
    return engine.change(path, "{'graceSeconds':0}").get();
  }

  private String bare(BareJob.Shape shape) {
    WorkflowStub run =
        temporal.newUntypedWorkflowStub(
            "BareJob",
            WorkflowOptions.newBuilder()
                .setTaskQueue(BareJob.QUEUE)
                .setWorkflowId("bench-bare:" + UUID.randomUUID())
                .build());
    run.start(shape);
    run.getResult(Void.class);
    return "";
  }

  /** Counts what the engine's job had Temporal do. */
  private BareJob.Shape shape(JsonNode job) {
    int before = 0;
    int remotes = 0;
    int after = 0;
    String id = "power-instance:" + job.path("id").asText();
    for (HistoryEvent event : temporal.fetchHistory(id).getEvents()) {
      if (event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED) {
        remotes++;
      } else if (event.getEventType() == EventType.EVENT_TYPE_MARKER_RECORDED
          && event.getMarkerRecordedEventAttributes().getMarkerName().equals("LocalActivity")) {
        if (remotes == 0) {
          before++;
        } else {
          after++;
        }
      }
    }
    return new BareJob.Shape(before, remotes, after);
  }

  private double ratio() {
    return ours.p50() / bare.p50();
  }

  private void print(BareJob.Shape shape, int warmUps) {
    System.out.printf(
        "%njobs: %d callers, %d rounds of %d behind %d that warmed up;"
            + " a job has %d local activities and %d of a host%n%n",
        CALLERS,
        rounds,
        CALLERS * jobsEach,
        warmUps,
        shape.localsBefore() + shape.localsAfter(),
        shape.remotes());
    System.out.printf("%-34s %7s   %s%n", "jobs a second", "P50", "rounds");
    System.out.printf("%-34s %7.1f   %s%n", "  engine", ours.p50(), ours.all("%.1f"));
    System.out.printf("%-34s %7.1f   %s%n", "  bare workflow", bare.p50(), bare.all("%.1f"));
    System.out.printf("%-34s %7.2f%n", "  engine / bare", ratio());
    System.out.printf("%n%-34s %7s %7s%n", "milliseconds of a processor a job", "engine", "bare");
    for (String name : ourMillis.get(0).keySet()) {
      System.out.printf("%-34s %7.1f %7.1f%n", "  " + name, mean(ourMillis, name), mean(bareMillis, name));
    }
    System.out.printf("  target: at least %.1f: %s%n", TARGET, Samples.met(ratio() >= TARGET));
  }

  private ObjectNode json(BareJob.Shape shape, int warmUps) {
    ObjectNode result = Samples.result();
    result.put("callers", CALLERS).put("rounds", rounds).put("jobsARound", CALLERS * jobsEach);
    result.put("warmUps", warmUps);
    result.put("localActivities", shape.localsBefore() + shape.localsAfter());
    result.put("hostActivities", shape.remotes());
    ObjectNode rates = result.putObject("jobsASecond");
    rates.set("engine", ours.json());
    rates.set("bare", bare.json());
    result.put("ratio", Samples.rounded(ratio())).put("ratioTarget", TARGET);
    ObjectNode millis = result.putObject("processorMillisAJob");
    for (String name : ourMillis.get(0).keySet()) {
      millis
          .putObject(name)
          .put("engine", Samples.rounded(mean(ourMillis, name)))
          .put("bare", Samples.rounded(mean(bareMillis, name)));
    }
    return result;
  }

  private static double mean(List<Map<String, Double>> rounds, String name) {
    return rounds.stream().mapToDouble(round -> round.get(name)).average().orElseThrow();
  }

  @FunctionalInterface
  private interface Call {
    Object run(int caller, int turn) throws Exception;
  }
}
