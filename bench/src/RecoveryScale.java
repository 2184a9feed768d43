import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs of large recovery plans: tests, and their cleanups, of 100 and of 1,000 instances.
 *
 * <p>Engine, PostgreSQL, Temporal and the recovery site's host workers are real; their libvirt is
 * the test driver, whose guests are only said to run, so that nothing but Holdfast takes time. Each
 * instance is promoted as in earnest: its replica is read against its seal, cloned, connected to an
 * isolated network, defined and started. The protected instances are rows, and their replicas clones
 * of one that a real round has made of a real guest.
 *
 * <p>It fails on content, never on a time: every instance has to be recovered on its host, and every
 * test has to be PASSED by its cleanup, which reads hosts and ledger back.
 */
public final class RecoveryScale {
  private static final String PREFIX = "bench-scale-";
  private static final int TIER = 250; // as many as one may name
  private static final int BATCH = 100; // see Members.BATCH
  private static final int HOSTS = 4;
  private static final int SLOTS = 6; // of a host worker, unless told
  private static final int WATCH_SECONDS = 5;

  private final int few = Samples.count("BENCH_FEW", 100);
  private final int many = Samples.count("BENCH_MANY", 1000);
  private final List<String> java = List.of(System.getenv("BENCH_JAVA").split("\n"));
  private final Engine engine = new Engine();
  private final EngineHeap heap = new EngineHeap();
  private final WorkflowClient temporal = BareJob.client();
  private final RecoveryScaleReport report = new RecoveryScaleReport();

  private RecoveryScale() throws IOException {}

  public static void main(String[] arguments) throws Exception {
    new RecoveryScale().run();
    System.exit(0); // Temporal's client keeps threads
  }

  private void run() throws Exception {
    Rehearsed real = new Rehearsed(engine, 1);
    try {
      recover(real);
    } finally {
      clear(); // behind the rows, which nobody could delete by a job
      real.clear();
    }
    report.print(System.out);
    Samples.write("recovery-scale", report.json());
  }

  private void recover(Rehearsed real) throws Exception {
    List<RecoveryHost> workers = new ArrayList<>();
    try (HostShell source = new HostShell("alpha1");
        HostShell target = new HostShell("beta1");
        Rows rows = new Rows();
        ProtectedRows protection = new ProtectedRows(rows)) {
      clear();
      real.clear();
      real.protect(source, target);
      List<String> hosts = IntStream.rangeClosed(1, HOSTS).mapToObj(i -> PREFIX + i).toList();
      List<JsonNode> discoveries = new ArrayList<>();
      for (String host : hosts) {
        discoveries.add(engine.post("/v1/hosts", "{'name':'%s','site':'beta'}".formatted(host)));
      }
      rows.host("source", "alpha");
      rows.network("10.224.0.0/16");
      rows.instances(many, engine.get("/v1/images?name=guest").at("/items/0/id").asText());
      List<ProtectedRows.Member> members = protection.protect(UUID.fromString(real.point()), hosts);
      try {
        for (int i = 0; i < hosts.size(); i++) {
          workers.add(new RecoveryHost(hosts.get(i), replica(real), replicas(members, i), java));
        }
        for (JsonNode discovery : discoveries) {
          engine.await(discovery);
        }
        protection.makeRoom(hosts);
        measure(protection, members);
      } finally {
        for (RecoveryHost worker : workers) {
          worker.close();
        }
      }
    }
  }

  /** As this process sees it. */
  private static Path replica(Rehearsed real) throws IOException {
    Path file = Path.of(real.replica(real.instances().values().iterator().next()));
    return HostShell.pool("beta1").resolve(file.getFileName());
  }

  private static List<String> replicas(List<ProtectedRows.Member> members, int host) {
    return members.stream()
        .filter(member -> member.host() == host)
        .map(ProtectedRows.Member::replica)
        .toList();
  }

  private void measure(ProtectedRows protection, List<ProtectedRows.Member> members)
      throws Exception {
    String small = plan(members.subList(0, few));
    rehearse(protection, small, few); // warms up
    report.add(rehearse(protection, small, few));
    engine.drop("/v1/recovery-plans/" + small);
    report.add(rehearse(protection, plan(members), many));
  }

  private String plan(List<ProtectedRows.Member> members) throws Exception {
    List<String> tiers = new ArrayList<>();
    for (int from = 0; from < members.size(); from += TIER) {
      String names =
          members.subList(from, Math.min(from + TIER, members.size())).stream()
              .map(member -> "{'instance':'%s'}".formatted(member.name()))
              .collect(Collectors.joining(","));
      tiers.add(
          "{'name':'tier-%d','parallel':%d,'instances':[%s]}"
              .formatted(from / TIER + 1, HOSTS * SLOTS, names));
    }
    String name = PREFIX + members.size();
    engine.post(
        "/v1/recovery-plans",
        "{'name':'%s','recoverySite':'beta','tiers':[%s]}".formatted(name, String.join(",", tiers)));
    return name;
  }

  private RecoveryScaleReport.Size rehearse(ProtectedRows protection, String plan, int guests)
      throws Exception {
    double before = heap.live();
    Instant began = Instant.now();
    JsonNode test = engine.post("/v1/recovery-plans/" + plan + ":test", "{}");
    UUID run = UUID.fromString(test.path("id").asText());
    CompletableFuture<JsonNode> end = await(test);
    double most = before;
    while (!isOver(end)) {
      most = Math.max(most, heap.live());
    }
    double seconds = Created.seconds(began, Instant.parse(end.get().path("endedAt").asText()));
    requireRecovered(run, guests);
    Instant cleaning = Instant.now();
    JsonNode cleanup = await(engine.post("/v1/recovery-plans/" + plan + ":cleanup", "{}")).get();
    double cleaned =
        Created.seconds(cleaning, Instant.parse(cleanup.path("endedAt").asText()));
    JsonNode settled = engine.get("/v1/runs/" + run);
    if (!settled.path("verdict").asText().equals("PASSED")) {
      throw new IOException("The test has not passed: " + settled.path("verdict"));
    }
    UUID cleanupJob = UUID.fromString(cleanup.path("id").asText());
    return new RecoveryScaleReport.Size(
        guests,
        seconds,
        protection.steps(run, run.toString(), "PROMOTE_INSTANCE"),
        cleaned,
        protection.steps(cleanupJob, run.toString(), "DELETE_INSTANCE"),
        before,
        most,
        new RecoveryScaleReport.Histories(
            Math.max(events("test-plan:" + run), events("cleanup-plan:" + cleanupJob)),
            batches(run, settled.path("instances")),
            instances(settled.path("instances"))));
  }

  private CompletableFuture<JsonNode> await(JsonNode job) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return engine.await(job);
          } catch (Exception failed) {
            throw new IllegalStateException(failed.getMessage(), failed);
          }
        });
  }

  /** Looks at the heap only now and then: each look stops the engine for a moment. */
  private static boolean isOver(CompletableFuture<JsonNode> end) throws Exception {
    try {
      end.get(WATCH_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException goesOn) {
      return false;
    }
  }

  private void requireRecovered(UUID run, int guests) throws Exception {
    JsonNode instances = engine.get("/v1/runs/" + run).path("instances");
    int recovered = 0;
    for (JsonNode one : instances) {
      if (one.path("state").asText().equals("RECOVERED")
          && one.path("host").asText().startsWith(PREFIX)) {
        recovered++;
      }
    }
    if (recovered != guests || instances.size() != guests) {
      throw new IOException("%d of %d instances were recovered".formatted(recovered, guests));
    }
  }

  private long batches(UUID run, JsonNode instances) {
    if (instances.size() <= BATCH) {
      return 0;
    }
    long most = 0;
    for (int tier = 0; tier * TIER < instances.size(); tier++) {
      for (int from = 0; from < Math.min(TIER, instances.size() - tier * TIER); from += BATCH) {
        for (String work : List.of("RECOVER", "REMOVE")) {
          most = Math.max(most, events("run-batch:%s:tier-%d:%s:%d".formatted(run, tier + 1, work, from)));
        }
      }
    }
    return most;
  }

  private long instances(JsonNode instances) {
    long most = 0;
    for (JsonNode one : instances) {
      most = Math.max(most, events("promote-instance:" + one.path("job").asText()));
    }
    return most;
  }

  private long events(String workflow) {
    return temporal
        .newUntypedWorkflowStub(workflow)
        .describe()
        .getWorkflowExecutionInfo()
        .getHistoryLength();
  }

  /** Nothing of an earlier run that was killed either. */
  private void clear() throws Exception {
    dropPlans();
    for (JsonNode host : engine.get("/v1/hosts?limit=200").path("items")) {
      String id = host.path("id").asText();
      if (host.path("name").asText().startsWith(PREFIX)) {
        for (JsonNode job : engine.get("/v1/jobs?target=" + id).path("items")) {
          if (job.path("endedAt").isNull()) { // it waits for a worker that nobody will start
            engine.post("/v1/jobs/" + job.path("id").asText() + ":cancel", "{}");
            engine.ended(job);
          }
        }
        engine.drop("/v1/hosts/" + id);
      }
    }
  }

  private void dropPlans() throws Exception {
    for (JsonNode plan : engine.get("/v1/recovery-plans?limit=200").path("items")) {
      String name = plan.path("name").asText();
      if (name.startsWith(PREFIX)) {
        engine.drop("/v1/recovery-plans/" + name);
      }
    }
  }
}
