package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Guests that run at {@link #SOURCE}, mostly one, and a protection group that keeps them at {@link
 * #TARGET}. Its first round begins by itself, the next would in an hour. Closing purges the group
 * and looks that nothing of it is left.
 */
final class ProtectedGuest implements AutoCloseable {
  static final String SOURCE = "alpha1";
  static final String TARGET = "beta1";
  static final Duration ROUND_ENDS = Duration.ofMinutes(3);
  private static final String POOLS = "/var/lib/holdfast/pools/*/";

  private final Api api;
  private final List<String> instances;
  private final String instance;
  private final String group;

  ProtectedGuest(Api api, Guests guests) {
    this(api, List.of(create(api, guests, Map.of())), 5);
  }

  ProtectedGuest(Api api, List<String> instances, int keepLast) {
    this.api = api;
    this.instances = instances;
    instance = instances.get(0);
    Map<String, ?> wanted =
        Map.of(
            "name",
            Guests.name("group"),
            "instances",
            instances,
            "targetSite",
            "beta",
            "rpo",
            "PT1H",
            "retention",
            Map.of("keepLast", keepLast));
    Api.Answer answer = api.post("/v1/protection-groups", wanted);
    assertThat(answer.status()).describedAs("%s", answer.body()).isEqualTo(201);
    group = Api.text(answer.body(), "/id");
  }

  /** A guest at {@link #SOURCE}; {@code more} adds fields to what is asked for. */
  static String create(Api api, Guests guests, Map<String, ?> more) {
    Api.Accepted made = guests.create(Guests.wanted(Guests.name("protected"), SOURCE, more));
    api.succeeds(made.job());
    return made.target();
  }

  String instance() {
    return instance;
  }

  /** The group as the API shows it. */
  JsonNode shown() {
    return api.get("/v1/protection-groups/" + group).body();
  }

  /** Begins a round; its job. */
  String replicate() {
    return round().job();
  }

  /** Begins a round. */
  Api.Accepted round() {
    return api.accepted(api.post("/v1/protection-groups/" + group + ":replicate", Map.of()));
  }

  /** The job that works on the group. */
  String activeJob() {
    return patient("a round")
        .until(
            () -> shown().path("activeJob").asText(""),
            job -> !job.isEmpty() && !"null".equals(job));
  }

  /** The job once it asks; one that ends instead is no such job. */
  JsonNode blocked(String job) {
    JsonNode seen =
        patient("job " + job + " to ask")
            .until(
                () -> api.get("/v1/jobs/" + job).body(),
                each -> Api.hasEnded(each) || Api.text(each, "/state").equals("BLOCKED"));
    assertThat(Api.text(seen, "/state")).describedAs("%s", seen).isEqualTo("BLOCKED");
    return seen;
  }

  /** Lets a job go on that asks. */
  void resume(String job) {
    Api.Answer answer = api.post("/v1/jobs/" + job + ":resume", Map.of("reason", "mended"));
    assertThat(answer.status()).describedAs("%s", answer.body()).isEqualTo(202);
  }

  /**
   * Waits until the group has a point and no job works on it; returns its newest available point.
   */
  JsonNode idle() {
    patient("an idle group")
        .untilAsserted(
            () -> {
              assertThat(shown().path("activeJob").isNull())
                  .describedAs("%s", api.get("/v1/jobs?target=" + group).body())
                  .isTrue();
              assertThat(available()).isNotEmpty(); // else its first round has not begun
            });
    return available().get(0);
  }

  private static ConditionFactory patient(String what) {
    return Awaitility.await(what)
        .atMost(ROUND_ENDS)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class);
  }

  /** The newest first. */
  List<JsonNode> available() {
    List<JsonNode> found = new ArrayList<>();
    String path = "/v1/protection-groups/" + group + "/recovery-points";
    for (JsonNode point : api.get(path).body().path("items")) {
      if (Api.text(point, "/state").equals("AVAILABLE")) {
        found.add(point);
      }
    }
    found.sort(Comparator.comparingLong(point -> -point.path("number").asLong()));
    return found;
  }

  void power(String action) {
    String path = "/v1/instances/" + instance + ":" + action;
    api.succeeds(api.accepted(api.post(path, Map.of())).job());
  }

  /** Of the instance, which is off: nothing has changed since that point. */
  void assertHasAllOf(JsonNode point) {
    assertThat(point.path("disks")).isNotEmpty();
    for (JsonNode disk : point.path("disks")) {
      String name = Api.text(disk, "/instance") + "-" + Api.text(disk, "/disk");
      String replica = "replica-" + name + "-" + Api.text(point, "/id");
      boolean attached = Api.text(disk, "/disk").startsWith("v");
      String source = attached ? Api.text(disk, "/volume") : name;
      assertThat(content(TARGET, POOLS + replica + ".qcow2"))
          .isEqualTo(content(SOURCE, POOLS + source + ".qcow2"));
    }
  }

  /** SHA-256 of what the replicas of a point hold, by instance and disk. */
  Map<String, String> replicas(JsonNode point) {
    Map<String, String> contents = new TreeMap<>();
    for (JsonNode disk : point.path("disks")) {
      String name = Api.text(disk, "/instance") + "-" + Api.text(disk, "/disk");
      String file = POOLS + "replica-" + name + "-" + Api.text(point, "/id") + ".qcow2";
      contents.put(name, content(TARGET, file));
    }
    return contents;
  }

  /** The same of what QEMU shows of the moment while a round's views are open. */
  Map<String, String> views(List<String> disks) {
    Map<String, String> contents = new TreeMap<>();
    for (String one : instances) {
      for (String disk : disks) {
        String uri = "nbd+unix:///%s?socket=/var/lib/libvirt/qemu/hf-%s.nbd".formatted(disk, one);
        contents.put(one + "-" + disk, content(SOURCE, "'" + uri + "'"));
      }
    }
    return contents;
  }

  /** SHA-256 of the disk in a file, or behind an address. */
  private static String content(String host, String file) {
    String script =
        """
        raw=$(mktemp) && trap 'rm -f "$raw"' EXIT
        qemu-img convert -O raw %s "$raw" && openssl dgst -sha256 -r "$raw" | cut -c -64
        """
            .formatted(file);
    return Lab.on(ROUND_ENDS, Lab.host(host), "sh", "-ec", script).get(0);
  }

  /** Every available point is read again, and found to be what it was sealed as. */
  void assertVerified() {
    for (JsonNode point : available()) {
      String path = "/v1/recovery-points/" + Api.text(point, "/id");
      api.succeeds(api.accepted(api.post(path + ":verify", Map.of())).job());
      assertThat(api.get(path).body().path("verifiedAt").isTextual()).isTrue();
    }
  }

  @Override
  public void close() {
    String path = "/v1/protection-groups/" + group;
    api.succeeds(api.accepted(api.remove(path + "?purge=true")).job());
    assertThat(api.get(path).status()).isEqualTo(404);
    List<String> replicas = instances.stream().map(one -> "replica-" + one).toList();
    assertThat(Lab.files(replicas, "/var/lib/holdfast")).isEmpty();
  }
}
