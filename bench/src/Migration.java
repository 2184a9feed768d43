import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * What a move of a running instance costs, beside {@code virsh migrate --live --copy-storage-all}.
 *
 * <p>Both take turns on the same two hosts, with a disk of 4 GiB that holds the same 1 GiB of
 * incompressible data. The guest boots from nothing and writes nothing, so that its disk can be held
 * by SHA-256: this program fails on content and on a guest that does not run, never on a time. How
 * long a guest stands still is told by the events of both libvirts, for both in the same way.
 *
 * <p>In the second part the cable of the target is pulled once half of the disk is there. It stays
 * pulled until virsh has given up, whose second attempt then begins; for a move of ours it is pulled
 * for as long. That time is in no figure: it is the fault's and nobody's work.
 */
public final class Migration {
  private static final String SOURCE = "alpha1";
  private static final String TARGET = "beta1";
  private static final int HALF_MIB = 512;

  private final int pairs = Samples.count("BENCH_MOVES", 3);
  private final int cuts = Samples.count("BENCH_CUTS", 1);
  private final Engine engine = new Engine();
  private final MigrationReport report = new MigrationReport();

  private Migration() {}

  public static void main(String[] arguments) throws Exception {
    new Migration().run();
  }

  private void run() throws Exception {
    engine.deleteAll();
    engine.ensureEmptyImage();
    try (HostShell source = new HostShell(SOURCE);
        HostShell target = new HostShell(TARGET)) {
      Moved ours = Moved.create(engine, source, target);
      Blocks data =
          Blocks.first(
              HostShell.pool(SOURCE).resolve("bench-work"),
              HostShell.POOL + "/bench-work",
              new Random(Samples.count("HOLDFAST_SEED", 1)));
      data.write(source, ours.domain());
      data.delete();
      ours.remember();
      try (VirshMigrate virsh = new VirshMigrate(source, target, ours)) {
        for (int i = 0; i < pairs; i++) {
          report.virsh(virsh.move("--live"));
          report.ours(ours.move(TARGET));
          report.standing(virsh.move(""));
          report.ours(ours.move(SOURCE));
        }
        for (int i = 0; i < cuts; i++) {
          cut(virsh, ours, target);
        }
      }
    } finally {
      engine.deleteAll();
    }
    report.print(System.out);
    Samples.write("migration", report.json());
  }

  private void cut(VirshMigrate virsh, Moved ours, HostShell target) throws Exception {
    long used = used(target);
    double begin = now();
    CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(virsh::attempt);
    awaitHalf(target, used, first);
    double cut = now();
    link("down");
    if (first.get()) {
      throw new IOException("virsh moved the guest although its cable was pulled");
    }
    double outage = now() - cut;
    link("up");
    virsh.clear();
    double again = virsh.move("--live").seconds();
    report.virshCut(cut - begin + again, outage);
    awaitSeen(TARGET); // a move to a host that does not answer is refused

    used = used(target);
    CompletableFuture<Moved.Move> move =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ours.move(TARGET);
              } catch (Exception failed) {
                throw new IllegalStateException(failed);
              }
            });
    awaitHalf(target, used, move);
    cut = now();
    link("down");
    while (now() - cut < outage) {
      Thread.sleep(10);
    }
    link("up");
    report.oursCut(move.get(), outage);
    ours.move(SOURCE);
  }

  /** Until half of the data is in the target's pool. */
  private static void awaitHalf(HostShell target, long before, CompletableFuture<?> move)
      throws Exception {
    while (used(target) - before < HALF_MIB) {
      if (move.isDone()) {
        throw new IOException("It ended before half of the disk was seen at the target: " + move);
      }
      Thread.sleep(20);
    }
  }

  private void awaitSeen(String host) throws Exception {
    while (engine.get("/v1/hosts/" + host).path("state").asText().equals("UNREACHABLE")) {
      Thread.sleep(100);
    }
  }

  /** MiB. */
  private static long used(HostShell host) throws IOException {
    return Long.parseLong(
        host.ask("df --output=used -B1M " + HostShell.POOL + " | tail -n 1").strip());
  }

  private static void link(String to) throws Exception {
    List<String> command = List.of("lab/hosts.sh", "link", TARGET, to);
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("The cable cannot be pulled or plugged");
    }
  }

  private static double now() {
    return System.nanoTime() / 1e9;
  }
}
