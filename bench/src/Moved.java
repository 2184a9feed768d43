import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The instance that the engine moves, with one disk of 4 GiB. */
final class Moved {
  private final Engine engine;
  private final HostShell source;
  private final HostShell target;
  private final String instance;
  private String content = "";

  private Moved(Engine engine, HostShell source, HostShell target, String instance) {
    this.engine = engine;
    this.source = source;
    this.target = target;
    this.instance = instance;
  }

  /**
   * In seconds.
   *
   * @param standsStill by the events of both libvirts
   * @param steps of the job; none of a move that is not ours
   */
  record Move(double seconds, double standsStill, Map<String, Double> steps) {}

  static Moved create(Engine engine, HostShell source, HostShell target) throws Exception {
    String body =
        "{'name':'bench-moves','host':'%s','image':'%s','vcpus':1,'memoryMiB':128,'disks':[{'sizeGiB':4}],'networks':[]}"
            .formatted(source.host(), Engine.EMPTY_IMAGE);
    JsonNode job = engine.change("/v1/instances", body).get();
    return new Moved(engine, source, target, job.at("/target/id").asText());
  }

  /** libvirt's name of it. */
  String domain() {
    return "hf-bench-moves-" + instance.substring(0, 8);
  }

  String disk() {
    return HostShell.POOL + "/" + instance + "-root.qcow2";
  }

  String content() {
    return content;
  }

  /** Nobody writes to its disk from here on. */
  void remember() throws IOException {
    source.must(
        "virsh -q qemu-monitor-command %s --hmp 'qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend flush'"
            .formatted(domain()));
    content = source.content(disk(), "qcow2");
  }

  /** Until its job has ended; then it runs there, and its disk is the same. */
  Move move(String host) throws Exception {
    boolean away = host.equals(target.host());
    HostShell from = away ? source : target;
    HostShell to = away ? target : source;
    try (Standstill standstill = new Standstill(from, to, domain())) {
      long begin = System.nanoTime();
      String body = "{'host':'%s','mode':'LIVE'}".formatted(host);
      JsonNode job = engine.change("/v1/instances/" + instance + ":migrate", body).get();
      double seconds = (System.nanoTime() - begin) / 1e9;
      to.must("virsh -q domstate " + domain() + " | grep -qx running");
      if (!to.content(disk(), "qcow2").equals(content)) {
        throw new IOException("The disk that was moved to " + host + " is not the same");
      }
      return new Move(seconds, standstill.seconds(), steps(job));
    }
  }

  private static Map<String, Double> steps(JsonNode job) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (JsonNode step : job.path("steps")) {
      if (step.path("state").asText().equals("SUCCEEDED")) {
        seconds.put(
            step.path("name").asText(),
            Created.seconds(
                Instant.parse(step.path("startedAt").asText()),
                Instant.parse(step.path("endedAt").asText())));
      }
    }
    return seconds;
  }
}
