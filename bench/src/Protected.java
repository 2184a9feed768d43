import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;

/** A running instance at site alpha with one disk, and a protection group of it alone. */
final class Protected {
  private final Engine engine;
  private final HostShell source;
  private final HostShell target;
  private final String instance;
  private final String name;
  private int groups;
  private String group = "";

  private Protected(Engine engine, HostShell source, HostShell target, String instance, String name) {
    this.engine = engine;
    this.source = source;
    this.target = target;
    this.instance = instance;
    this.name = name;
  }

  static Protected create(Engine engine, HostShell source, HostShell target, int gib) throws Exception {
    String name = "bench-" + gib + "g";
    String body =
        "{'name':'%s','host':'%s','image':'%s','vcpus':1,'memoryMiB':128,'disks':[{'sizeGiB':%d}],'networks':[]}"
            .formatted(name, source.host(), Engine.EMPTY_IMAGE, gib);
    JsonNode job = engine.change("/v1/instances", body).get();
    return new Protected(engine, source, target, job.at("/target/id").asText(), name);
  }

  /** libvirt's name of it. */
  String domain() {
    return "hf-" + name + "-" + instance.substring(0, 8);
  }

  String disk() {
    return HostShell.POOL + "/" + instance + "-root.qcow2";
  }

  /** Begins the protection, and returns its first round, which begins by itself. */
  Round protect(int keepLast) throws Exception {
    String body =
        "{'name':'%s-%d','instances':['%s'],'targetSite':'beta','rpo':'P7D','retention':{'keepLast':%d}}"
            .formatted(name, ++groups, instance, keepLast);
    Instant requested = Instant.now();
    group = "/v1/protection-groups/" + engine.post("/v1/protection-groups", body).path("id").asText();
    JsonNode job = engine.get(group).path("activeJob");
    while (!job.isTextual()) {
      Thread.sleep(20);
      JsonNode now = engine.get(group);
      job = now.path("lastRound").isTextual() ? now.path("lastRound") : now.path("activeJob");
    }
    return round(requested, engine.await(engine.get("/v1/jobs/" + job.asText())));
  }

  Round replicate() throws Exception {
    Instant requested = Instant.now();
    return round(requested, engine.change(group + ":replicate", "{}").get());
  }

  private Round round(Instant requested, JsonNode job) throws Exception {
    String newest = engine.get(group).path("restorablePoint").asText();
    return new Round(requested, job, engine.get("/v1/recovery-points/" + newest));
  }

  /** Ends the protection, and removes all points. */
  void unprotect() throws Exception {
    engine.remove(group + "?purge=true").get();
    group = "";
  }

  /** How many points' replicas the target keeps. */
  int replicas() throws IOException {
    return Integer.parseInt(
        target.ask("ls %s | grep -c '^replica-%s-.*qcow2$'".formatted(HostShell.POOL, instance)));
  }

  /** Fails when the replica is not the disk, which nobody writes to now. */
  void requireSame(Round round) throws IOException {
    String there = target.content(round.replica(), "qcow2");
    String here = source.content(disk(), "qcow2");
    if (!there.equals(here)) {
      throw new IOException("The replica of %s has content %s, the disk %s".formatted(name, there, here));
    }
  }
}
