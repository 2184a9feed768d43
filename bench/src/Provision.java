import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * How much the engine adds to what a person would do with {@code qemu-img create} (an overlay on
 * the image), {@code virsh define} and {@code virsh start}, and how much it gains with many.
 *
 * <p>Engine and raw loop take turns on one host of the lab, with the same image file, pool, network
 * and machine. The time of one is from the request (raw: from the first command) to {@code running}:
 * the end of the engine's step start-domain (raw: the return of virsh start). The image's disk is
 * empty, so that no guest boots: under emulation a boot would cost ten times what is measured, on
 * whichever side comes next. All guests are destroyed between measurements. One instance stays
 * throughout, as on a host that is in use: it keeps the network up, for both sides.
 */
public final class Provision {
  private static final int PAIRS = 20;
  private static final int AT_ONCE = 20;
  private static final int ROUNDS = 3;
  private static final int WARM_UPS = 3;
  private static final double ADDED_TARGET = 0.4;
  private static final double RATIO_TARGET = 0.76;
  private static final String HOST = "alpha1";
  private static final String NETWORK = "default";
  private static final Path RESULT = Path.of("bench/results/provision.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Engine engine = new Engine(System.getenv("HOLDFAST_URL"), System.getenv("HOLDFAST_TOKEN"));
  private final List<Double> engineOne = new ArrayList<>();
  private final List<Double> rawOne = new ArrayList<>();
  private final List<Double> engineMany = new ArrayList<>();
  private final List<Double> rawMany = new ArrayList<>();
  private final Map<String, List<Double>> stepsOfOne = new LinkedHashMap<>();
  private final Map<String, List<Double>> stepsOfMany = new LinkedHashMap<>();

  public static void main(String[] arguments) throws Exception {
    new Provision().run();
  }

  private void run() throws Exception {
    engine.deleteAll();
    engine.ensureImage();
    engine.create("bench-stays");
    try (RawHost raw = new RawHost(HOST)) {
      raw.prepare(engine.imageId(), NETWORK, AT_ONCE);
      for (int i = 0; i < WARM_UPS; i++) {
        engine.clear(List.of(engine.create("bench-warm")));
        raw.create(1);
        raw.clear(1);
      }
      for (int i = 0; i < PAIRS; i++) {
        one(raw, i);
      }
      engine.clear(engine.createAll(AT_ONCE)); // warms up what twenty at once need
      for (int i = 0; i < ROUNDS; i++) {
        many(raw);
      }
      raw.clear(AT_ONCE);
    } finally {
      engine.deleteAll();
    }
    print(System.out);
    Files.createDirectories(RESULT.getParent());
    Files.writeString(RESULT, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result()) + "\n");
    System.out.println("\nwritten to " + RESULT);
  }

  private void one(RawHost raw, int i) throws Exception {
    Created created = engine.create("bench-" + i);
    engineOne.add(created.secondsToRunning());
    created.addSteps(stepsOfOne);
    engine.clear(List.of(created));
    rawOne.add(raw.create(1));
    raw.clear(1);
  }

  private void many(RawHost raw) throws Exception {
    List<Created> all = engine.createAll(AT_ONCE);
    Instant first = all.stream().map(Created::requested).min(Instant::compareTo).orElseThrow();
    Instant last = all.stream().map(Created::running).max(Instant::compareTo).orElseThrow();
    engineMany.add(seconds(first, last));
    all.forEach(each -> each.addSteps(stepsOfMany));
    engine.clear(all);
    rawMany.add(raw.create(AT_ONCE));
    raw.clear(AT_ONCE);
  }

  private void print(PrintStream out) {
    double added = percentile(engineOne, 50) - percentile(rawOne, 50);
    double ratio = percentile(engineMany, 50) / percentile(rawMany, 50);
    out.printf("%nprovision: %d pairs, then %d rounds of %d; seconds%n%n", PAIRS, ROUNDS, AT_ONCE);
    out.printf("%-34s %7s %7s%n", "one, from the request to running", "P50", "P95");
    line(out, "  engine", percentile(engineOne, 50), percentile(engineOne, 95));
    line(out, "  raw: qemu-img, virsh", percentile(rawOne, 50), percentile(rawOne, 95));
    line(out, "  added", added, percentile(engineOne, 95) - percentile(rawOne, 95));
    out.printf("  target: P50 at most %.2f added: %s%n%n", ADDED_TARGET, met(added <= ADDED_TARGET));
    out.printf("%-34s %7s   %s%n", AT_ONCE + " instances", "P50", "rounds");
    out.printf("%-34s %7.2f   %s%n", "  engine, at once", percentile(engineMany, 50), all(engineMany));
    out.printf("%-34s %7.2f   %s%n", "  raw, in sequence", percentile(rawMany, 50), all(rawMany));
    out.printf("%-34s %7.2f%n", "  engine / raw", ratio);
    out.printf("  target: at most %.2f: %s%n%n", RATIO_TARGET, met(ratio <= RATIO_TARGET));
    out.printf("%-34s %7s %7s   %s%n", "where the engine's time goes", "P50", "P95", "of " + AT_ONCE + ": P50, P95");
    stepsOfOne.forEach(
        (step, times) -> {
          List<Double> many = stepsOfMany.get(step);
          out.printf(
              "%-34s %7.3f %7.3f   %7.3f %7.3f%n",
              "  " + step,
              percentile(times, 50),
              percentile(times, 95),
              percentile(many, 50),
              percentile(many, 95));
        });
  }

  private static void line(PrintStream out, String name, double p50, double p95) {
    out.printf("%-34s %7.2f %7.2f%n", name, p50, p95);
  }

  private static String met(boolean met) {
    return met ? "met" : "NOT MET";
  }

  private static String all(List<Double> values) {
    return values.stream().map("%.2f"::formatted).collect(joining(" "));
  }

  private ObjectNode result() throws IOException {
    ObjectNode result = JSON.createObjectNode();
    result.put("at", Instant.now().toString());
    result.put("cpus", Runtime.getRuntime().availableProcessors());
    result.put("pairs", PAIRS).put("atOnce", AT_ONCE).put("rounds", ROUNDS);
    ObjectNode one = result.putObject("oneToRunningSeconds");
    one.set("engine", samples(engineOne));
    one.set("raw", samples(rawOne));
    one.put("addedP50", rounded(percentile(engineOne, 50) - percentile(rawOne, 50)));
    one.put("addedP95", rounded(percentile(engineOne, 95) - percentile(rawOne, 95)));
    one.put("addedP50Target", ADDED_TARGET);
    ObjectNode many = result.putObject("manySeconds");
    many.set("engineAtOnce", samples(engineMany));
    many.set("rawInSequence", samples(rawMany));
    many.put("ratio", rounded(percentile(engineMany, 50) / percentile(rawMany, 50)));
    many.put("ratioTarget", RATIO_TARGET);
    steps(result.putObject("stepSecondsOfOne"), stepsOfOne);
    steps(result.putObject("stepSecondsOfMany"), stepsOfMany);
    return result;
  }

  private static void steps(ObjectNode into, Map<String, List<Double>> steps) {
    steps.forEach((step, times) -> into.set(step, samples(times)));
  }

  private static ObjectNode samples(List<Double> values) {
    ObjectNode node = JSON.createObjectNode();
    node.put("p50", rounded(percentile(values, 50))).put("p95", rounded(percentile(values, 95)));
    ArrayNode all = node.putArray("samples");
    values.forEach(value -> all.add(rounded(value)));
    return node;
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  /** With linear interpolation between neighbours. */
  private static double percentile(List<Double> values, int percent) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double place = (sorted.length - 1) * percent / 100.0;
    int below = (int) place;
    double above = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (above - sorted[below]) * (place - below);
  }

  private static double seconds(Instant from, Instant to) {
    return (to.toEpochMilli() - from.toEpochMilli()) / 1000.0;
  }

  /** An instance that the engine made, and its job's own record of the time. */
  private record Created(String id, Instant requested, Instant accepted, JsonNode job) {
    Instant running() {
      for (JsonNode step : job.path("steps")) {
        if (step.path("name").asText().equals("start-domain")) {
          return Instant.parse(step.path("endedAt").asText());
        }
      }
      throw new IllegalStateException("No step start-domain in " + job);
    }

    double secondsToRunning() {
      return seconds(requested, running());
    }

    /** The steps up to running, then what follows until the job has ended. */
    void addSteps(Map<String, List<Double>> steps) {
      add(steps, "HTTP request", requested, accepted);
      Instant before = accepted;
      for (JsonNode step : job.path("steps")) {
        if (step.path("state").asText().equals("SUCCEEDED")) {
          Instant started = Instant.parse(step.path("startedAt").asText());
          if (before == accepted) {
            add(steps, "until the first step", accepted, started);
          }
          before = Instant.parse(step.path("endedAt").asText());
          add(steps, step.path("name").asText(), started, before);
        }
      }
      add(steps, "until the job has ended", before, Instant.parse(job.path("endedAt").asText()));
    }

    private static void add(Map<String, List<Double>> steps, String step, Instant from, Instant to) {
      steps.computeIfAbsent(step, s -> new ArrayList<>()).add(seconds(from, to));
    }
  }

  /** The HTTP API, as any client uses it. */
  private static final class Engine {
    private static final String IMAGE = "bench-empty";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    Engine(String url, String token) {
      this.url = url;
      this.token = token;
    }

    /** An empty disk; its instances are done when they run, for there is no guest to wait for. */
    void ensureImage() throws Exception {
      if (!get("/v1/images?name=" + IMAGE).path("items").isEmpty()) {
        return;
      }
      Path file = Files.createTempFile("holdfast-bench-", ".qcow2");
      try {
        require(new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", file.toString(), "128M"));
        JsonNode image =
            answer(post("/v1/images", "{'name':'%s','format':'QCOW2','readiness':'NONE'}".formatted(IMAGE)));
        BodyPublisher content = BodyPublishers.ofFile(file);
        HttpRequest put =
            request("/v1/images/" + image.path("id").asText() + "/content")
                .header("Content-Type", "application/octet-stream")
                .PUT(content)
                .build();
        await(answer(put));
      } finally {
        Files.delete(file);
      }
    }

    String imageId() throws Exception {
      return get("/v1/images?name=" + IMAGE).path("items").path(0).path("id").asText();
    }

    Created create(String name) throws Exception {
      return submit(name).get();
    }

    /** All requests leave at once. */
    List<Created> createAll(int count) throws Exception {
      List<Pending> pending = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        pending.add(submit("bench-many-" + i));
      }
      List<Created> created = new ArrayList<>();
      for (Pending each : pending) {
        created.add(each.get());
      }
      return created;
    }

    void clear(List<Created> instances) throws Exception {
      delete(instances.stream().map(Created::id).toList());
    }

    void deleteAll() throws Exception {
      List<String> ids = new ArrayList<>();
      for (JsonNode instance : get("/v1/instances?limit=200").path("items")) {
        if (instance.path("name").asText().startsWith("bench-")) {
          ids.add(instance.path("id").asText());
        }
      }
      delete(ids);
    }

    private void delete(List<String> ids) throws Exception {
      List<JsonNode> jobs = new ArrayList<>();
      for (String id : ids) {
        jobs.add(answer(request("/v1/instances/" + id).DELETE().build()));
      }
      for (JsonNode job : jobs) {
        await(job);
      }
    }

    private Pending submit(String name) {
      String body =
          "{'name':'%s','host':'%s','image':'%s','flavor':'tiny','networks':['%s']}"
              .formatted(name, HOST, IMAGE, NETWORK);
      HttpRequest request = post("/v1/instances", body);
      Instant requested = Instant.now();
      return new Pending(
          requested,
          http.sendAsync(request, BodyHandlers.ofString())
              .thenApply(response -> new Accepted(Instant.now(), response)));
    }

    private record Accepted(Instant at, HttpResponse<String> response) {}

    private final class Pending {
      private final Instant requested;
      private final CompletableFuture<Accepted> accepted;

      Pending(Instant requested, CompletableFuture<Accepted> accepted) {
        this.requested = requested;
        this.accepted = accepted;
      }

      Created get() throws Exception {
        Accepted answer = accepted.get();
        JsonNode job = await(parsed(answer.response()));
        return new Created(job.path("target").path("id").asText(), requested, answer.at(), job);
      }
    }

    private JsonNode await(JsonNode job) throws Exception {
      JsonNode now = job;
      while (true) {
        switch (now.path("state").asText()) {
          case "SUCCEEDED" -> {
            return now;
          }
          case "PENDING", "RUNNING" -> {}
          default -> throw new IllegalStateException("The job did not succeed: " + now);
        }
        String path = "/v1/jobs/" + job.path("id").asText();
        now = answer(request(path).header("Prefer", "wait=20").GET().build());
      }
    }

    private JsonNode get(String path) throws Exception {
      return answer(request(path).GET().build());
    }

    private HttpRequest post(String path, String body) {
      return request(path)
          .header("Content-Type", "application/json")
          .header("Idempotency-Key", UUID.randomUUID().toString())
          .POST(BodyPublishers.ofString(body.replace('\'', '"')))
          .build();
    }

    private HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", "Bearer " + token);
    }

    private JsonNode answer(HttpRequest request) throws Exception {
      return parsed(http.send(request, BodyHandlers.ofString()));
    }

    private static JsonNode parsed(HttpResponse<String> response) throws IOException {
      if (response.statusCode() / 100 != 2) {
        throw new IOException(response.request().uri() + ": " + response.statusCode() + " " + response.body());
      }
      return JSON.readTree(response.body());
    }
  }

  /** A shell inside the host, started once: what is timed are the commands alone. */
  private static final class RawHost implements AutoCloseable {
    private static final String POOL = "/var/lib/holdfast/pools/fast";

    private final Process shell;
    private final PrintStream in;
    private final BufferedReader out;

    RawHost(String host) throws IOException {
      shell =
          new ProcessBuilder("lab/hosts.sh", "exec", host, "bash")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      in = new PrintStream(shell.getOutputStream(), true);
      out = shell.inputReader();
      ask("export LC_ALL=C; fails() { echo \"raw: $* failed\" >&2; exit 1; }");
    }

    /** Writes the descriptions of {@code count} domains, which is not timed. */
    void prepare(String image, String network, int count) throws IOException {
      String type = ask("virsh -q dumpxml $(virsh -q list --uuid | head -n 1) | sed -n \"s/^<domain type='\\([a-z]*\\)'.*/\\1/p\"");
      ask("work=$(mktemp -d); image=%s/holdfast-image-%s.qcow2; [ -f $image ] || fails \"no $image\"".formatted(POOL, image));
      for (int i = 0; i < count; i++) {
        String disk = POOL + "/bench-raw-" + i + ".qcow2";
        ask("cat >$work/%d.xml <<'END'\n%sEND".formatted(i, xml(type, i, disk, network)));
      }
      ask(
          """
          create() {
            local i
            for ((i = 0; i < $1; i++)); do
              qemu-img create -q -f qcow2 -F qcow2 -b $image %1$s/bench-raw-$i.qcow2 1G || fails qemu-img
              virsh -q define $work/$i.xml >/dev/null || fails define
              virsh -q start bench-raw-$i >/dev/null || fails start
            done
          }
          clear() {
            local i
            for ((i = 0; i < $1; i++)); do
              virsh -q destroy bench-raw-$i >/dev/null 2>&1 && virsh -q undefine bench-raw-$i >/dev/null 2>&1 &
            done
            wait
            rm -f %1$s/bench-raw-*.qcow2
            true
          }"""
              .formatted(POOL));
      clear(count);
    }

    /** Seconds until the last of {@code count} runs, one after the other. */
    double create(int count) throws IOException {
      String[] times = ask("from=$EPOCHREALTIME; create %d; echo $from $EPOCHREALTIME".formatted(count)).split(" ");
      return Double.parseDouble(times[1]) - Double.parseDouble(times[0]);
    }

    void clear(int count) throws IOException {
      ask("clear " + count);
    }

    /** Runs a command and returns what it printed. */
    private String ask(String command) throws IOException {
      in.println(command + "\necho END-OF-ANSWER");
      List<String> lines = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals("END-OF-ANSWER")) {
          return String.join("\n", lines);
        }
        lines.add(line);
      }
      throw new IOException("The shell in the host ended at: " + command);
    }

    @Override
    public void close() {
      in.println("rm -rf \"$work\"; exit");
      in.close();
    }

    /** The engine's domain without what only the engine needs: metadata and seed. */
    private static String xml(String type, int i, String disk, String network) {
      return """
          <domain type='%s'>
            <name>bench-raw-%d</name>
            <memory unit='MiB'>128</memory>
            <vcpu>1</vcpu>
            <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
            <features><acpi/><apic/></features>
            <on_crash>destroy</on_crash>
            <devices>
              <disk type='file' device='disk'>
                <driver name='qemu' type='qcow2' cache='writeback' discard='unmap'/>
                <source file='%s'/>
                <target dev='vda' bus='virtio'/>
              </disk>
              <interface type='network'>
                <source network='hf-%s'/>
                <model type='virtio'/>
                <rom enabled='no'/>
              </interface>
              <controller type='usb' model='none'/>
              <serial type='file'><source path='/var/log/libvirt/qemu/bench-raw-%d.log'/></serial>
              <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
              <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
              <memballoon model='virtio'/>
            </devices>
          </domain>
          """
          .formatted(type, i, disk, network, i);
    }
  }

  private static void require(ProcessBuilder command) throws IOException, InterruptedException {
    if (command.inheritIO().start().waitFor() != 0) {
      throw new IOException("failed: " + command.command());
    }
  }
}
