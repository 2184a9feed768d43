import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Guests at site alpha that are off, one recovery point of them at beta, and a plan to test. */
final class Rehearsed {
  private static final String NAME = "bench-recovery";
  private static final String PLAN = "/v1/recovery-plans/" + NAME;
  private static final String GUEST = "bench-guest-";
  private static final String OF_A_TEST = "-test-";

  private final Engine engine;
  private final int guests;
  private final Map<String, String> instances = new LinkedHashMap<>();
  private String point = "";

  Rehearsed(Engine engine, int guests) {
    this.engine = engine;
    this.guests = guests;
  }

  /**
   * A test that stands: all of its probes were green.
   *
   * @param seconds from the request to the last green probe
   */
  record Rehearsal(JsonNode run, double seconds) {}

  /** Makes the guests, switches them off, and has one point made of them. */
  void protect(HostShell source, HostShell target) throws Exception {
    createAll(source.host());
    JsonNode group = group();
    point = group.path("restorablePoint").asText();
    for (String id : instances.values()) {
      requireSame(source, target, id);
    }
    String names = "'" + String.join("','", instances.keySet()) + "'";
    String members = names.replaceAll("'([^',]+)'", "{'instance':'$1'}");
    engine.post(
        "/v1/recovery-plans",
        "{'name':'%s','recoverySite':'beta','tiers':[{'name':'all','parallel':%d,'instances':[%s],'probes':[{'kind':'AGENT','timeoutSeconds':600}]}]}"
            .formatted(NAME, guests, members));
  }

  private void createAll(String host) throws Exception {
    List<CompletableFuture<JsonNode>> made = new ArrayList<>();
    for (int i = 0; i < guests; i++) {
      made.add(
          engine.change(
              "/v1/instances",
              "{'name':'%s%d','host':'%s','image':'guest','flavor':'tiny','networks':['default']}"
                  .formatted(GUEST, i, host)));
    }
    for (CompletableFuture<JsonNode> each : made) {
      JsonNode target = each.get().path("target");
      instances.put(target.path("name").asText(), target.path("id").asText());
    }
    List<CompletableFuture<JsonNode>> stopped = new ArrayList<>();
    for (String id : instances.values()) {
      stopped.add(engine.change("/v1/instances/" + id + ":stop", "{}"));
    }
    for (CompletableFuture<JsonNode> each : stopped) {
      each.get();
    }
  }

  /** The group, once its first round has made a point. */
  private JsonNode group() throws Exception {
    String names = "'" + String.join("','", instances.keySet()) + "'";
    String path =
        "/v1/protection-groups/"
            + engine
                .post(
                    "/v1/protection-groups",
                    "{'name':'%s','instances':[%s],'targetSite':'beta','rpo':'P7D','retention':{'keepLast':1}}"
                        .formatted(NAME, names))
                .path("id")
                .asText();
    JsonNode group = engine.get(path);
    while (!group.path("restorablePoint").isTextual()) {
      Thread.sleep(100);
      group = engine.get(path);
    }
    return group;
  }

  private void requireSame(HostShell source, HostShell target, String id) throws IOException {
    String here = source.content(HostShell.POOL + "/" + id + "-root.qcow2", "qcow2");
    String there = target.content(replica(id), "qcow2");
    if (!here.equals(there)) {
      throw new IOException("The replica of %s has content %s, the disk %s".formatted(id, there, here));
    }
  }

  /** The recovery point that all guests are in. */
  String point() {
    return point;
  }

  /** By their names. */
  Map<String, String> instances() {
    return instances;
  }

  /** The file at the recovery site that an instance is recovered from. */
  String replica(String id) {
    return HostShell.POOL + "/replica-%s-root-%s.qcow2".formatted(id, point);
  }

  Rehearsal test() throws Exception {
    Instant requested = Instant.now();
    JsonNode job = engine.change(PLAN + ":test", "{}").get();
    JsonNode run = engine.get("/v1/runs/" + job.path("id").asText());
    Instant last = requested;
    for (JsonNode one : run.path("instances")) {
      if (!one.at("/probes/0/seen").isTextual() || !one.path("host").asText().equals("beta1")) {
        throw new IOException("A guest has not answered at beta1: " + one);
      }
      Instant green = Instant.parse(one.path("recoveredAt").asText());
      last = green.isAfter(last) ? green : last;
    }
    if (run.path("instances").size() != guests || !run.path("state").asText().equals("COMPLETED")) {
      throw new IOException("The test did not recover all guests: " + run);
    }
    return new Rehearsal(run, Created.seconds(requested, last));
  }

  /** Only now is it known whether the test has passed. */
  void cleanUp(Rehearsal test) throws Exception {
    engine.change(PLAN + ":cleanup", "{}").get();
    JsonNode run = engine.get("/v1/runs/" + test.run().path("id").asText());
    if (!run.path("verdict").asText().equals("PASSED")) {
      throw new IOException("The test has not passed: " + run);
    }
  }

  /** How long each step took, of each of the test's guests. */
  List<JsonNode> steps(Rehearsal test) throws Exception {
    List<JsonNode> steps = new ArrayList<>();
    for (JsonNode one : test.run().path("instances")) {
      engine.get("/v1/jobs/" + one.path("job").asText()).path("steps").forEach(steps::add);
    }
    return steps;
  }

  /** Nothing of an earlier run that was killed either. */
  void clear() throws Exception {
    if (!engine.get("/v1/recovery-plans?name=" + NAME).path("items").isEmpty()) {
      for (JsonNode instance : engine.get("/v1/instances?limit=200").path("items")) {
        if (instance.path("name").asText().matches(GUEST + "\\d+" + OF_A_TEST + ".*")) {
          engine.change(PLAN + ":cleanup", "{}").get();
          break;
        }
      }
      engine.drop(PLAN);
    }
    engine.deleteAll();
  }
}
