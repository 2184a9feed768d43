import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
 * throughout, as on a host that is in use: it keeps the network up, for both sides. The requests ask
 * for an answer when the job has ended ({@code Prefer: wait}).
 */
public final class Provision {
  private static final int AT_ONCE = 20;
  private static final int WARM_UPS = 3;
  private static final String HOST = "alpha1";
  private static final String NETWORK = "default";

  private final int pairs = Samples.count("BENCH_PAIRS", 20);
  private final int rounds = Samples.count("BENCH_ROUNDS", 3);
  private final Engine engine = new Engine();
  private final ProvisionReport report = new ProvisionReport(AT_ONCE);

  public static void main(String[] arguments) throws Exception {
    new Provision().run();
  }

  private void run() throws Exception {
    engine.deleteAll();
    engine.ensureEmptyImage();
    create("bench-stays");
    try (RawHost raw = new RawHost(HOST)) {
      raw.prepare(engine.imageId(), NETWORK, AT_ONCE);
      for (int i = 0; i < WARM_UPS; i++) {
        clear(List.of(create("bench-warm")));
        raw.create(1);
        raw.clear(1);
      }
      for (int i = 0; i < pairs; i++) {
        one(raw, i);
      }
      clear(createAll()); // warms up what twenty at once need
      for (int i = 0; i < rounds; i++) {
        many(raw);
      }
      raw.clear(AT_ONCE);
    } finally {
      engine.deleteAll();
    }
    report.print(System.out);
    Samples.write("provision", report.json());
  }

  private void one(RawHost raw, int i) throws Exception {
    Created created = create("bench-" + i);
    clear(List.of(created));
    report.one(created, raw.create(1));
    raw.clear(1);
  }

  private void many(RawHost raw) throws Exception {
    List<Created> all = createAll();
    clear(all);
    report.many(all, raw.create(AT_ONCE));
    raw.clear(AT_ONCE);
  }

  private Created create(String name) throws Exception {
    return submit(name).get();
  }

  /** All requests leave at once. */
  private List<Created> createAll() throws Exception {
    List<CompletableFuture<Created>> pending = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      pending.add(submit("bench-many-" + i));
    }
    List<Created> created = new ArrayList<>();
    for (CompletableFuture<Created> each : pending) {
      created.add(each.get());
    }
    return created;
  }

  private CompletableFuture<Created> submit(String name) {
    String body =
        "{'name':'%s','host':'%s','image':'%s','flavor':'tiny','networks':['%s']}"
            .formatted(name, HOST, Engine.EMPTY_IMAGE, NETWORK);
    Instant requested = Instant.now();
    return engine.change("/v1/instances", body).thenApply(job -> new Created(requested, job));
  }

  private void clear(List<Created> instances) throws Exception {
    engine.delete(instances.stream().map(Created::id).toList());
  }
}
