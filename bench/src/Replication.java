import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * What a recovery point at another site costs, beside what one would copy a disk with instead.
 *
 * <p>All take turns on the same two hosts: rounds of protection groups over the HTTP API, nbdcopy
 * over TLS, virtnbdbackup (which stays on its host) and rsync (which does not encrypt). The disks of
 * running instances hold the same 1 GiB of incompressible data; a delta rewrites 5 % of its clusters
 * of 64 KiB, through QEMU, so that it is in the dirty bitmaps. Nobody writes while something is
 * measured. Each replica is held against its disk by SHA-256, and so is what the others made: this
 * program fails on content, never on a time. The guests boot from nothing and take no processor.
 */
public final class Replication {
  private static final String SOURCE = "alpha1";
  private static final String TARGET = "beta1";
  private static final long GIB = 1L << 30;
  private static final int KEEP_LAST = 5;
  private static final int WARM_UPS = 2;
  private static final int SMALL_DELTA = 64;
  private static final int LINES = 10;

  private final int syncs = Samples.count("BENCH_SYNCS", 5);
  private final int deltas = Samples.count("BENCH_DELTAS", 7);
  private final int rounds = Samples.count("BENCH_KEPT_ROUNDS", 40);
  private final Random random = new Random(Samples.count("HOLDFAST_SEED", 1));
  private final Engine engine = new Engine();
  private final ReplicationReport report = new ReplicationReport();
  private final Path sourcePool = HostShell.pool(SOURCE);
  private final WorkerMemory sourceMemory = new WorkerMemory(SOURCE);
  private final WorkerMemory targetMemory = new WorkerMemory(TARGET);

  private Replication() throws IOException {}

  public static void main(String[] arguments) throws Exception {
    new Replication().run();
  }

  private void run() throws Exception {
    report.idle(sourceMemory.idle(), targetMemory.idle());
    engine.deleteAll();
    engine.ensureEmptyImage();
    for (String host : List.of(SOURCE, TARGET)) {
      engine.change("/v1/hosts/" + host + ":discover", "{}").get(); // its pool has grown
    }
    try (HostShell source = new HostShell(SOURCE);
        HostShell target = new HostShell(TARGET)) {
      Protected four = Protected.create(engine, source, target, 4);
      Protected sixteen = Protected.create(engine, source, target, 16);
      Protected sixtyFour = Protected.create(engine, source, target, 64);
      Blocks data = Blocks.first(work(), HostShell.POOL + "/bench-work", random);
      for (Protected one : List.of(four, sixteen, sixtyFour)) {
        data.write(source, one.domain());
      }
      data.delete();
      String frozen = HostShell.POOL + "/bench-frozen.qcow2";
      source.must("qemu-img convert -U -O qcow2 " + four.disk() + " " + frozen);
      firstSyncs(source, target, four, frozen);
      deltas(source, target, List.of(four, sixteen, sixtyFour), frozen);
      curve(source, target, four);
      source.must("rm -f " + frozen);
    } finally {
      engine.deleteAll();
    }
    report.print(System.out);
    Samples.write("replication", report.json());
  }

  private void firstSyncs(HostShell source, HostShell target, Protected disk, String frozen)
      throws Exception {
    String content = source.content(frozen, "qcow2");
    try (Nbdcopy nbdcopy = new Nbdcopy(source, target, frozen)) {
      sourceMemory.forgetPeak();
      targetMemory.forgetPeak();
      for (int i = -WARM_UPS; i < syncs; i++) {
        settle();
        Round round = disk.protect(KEEP_LAST);
        round.require("FULL", GIB, GIB + (GIB >> 6));
        disk.requireSame(round);
        disk.unprotect();
        settle();
        double raw = nbdcopy.raw();
        settle();
        double qcow2 = nbdcopy.qcow2(4 * GIB);
        if (i >= 0) {
          report.firstSync(round, raw, qcow2);
        } else if (i == -WARM_UPS) {
          report.coldSync(round);
        }
      }
      report.peak(sourceMemory.peak(), targetMemory.peak());
      nbdcopy.requireContent(content);
    }
  }

  private void deltas(HostShell source, HostShell target, List<Protected> disks, String frozen)
      throws Exception {
    for (Protected disk : disks) {
      disk.protect(KEEP_LAST).require("FULL", GIB, GIB + (GIB >> 6));
    }
    try (IncrementalBackup backup = new IncrementalBackup(source, disks.get(0).domain(), frozen);
        Rsync rsync = new Rsync(source, target, frozen)) {
      report.fullBackup(backup.full());
      for (int i = -1; i < deltas; i++) {
        Blocks delta = Blocks.delta(work(), HostShell.POOL + "/bench-work", random);
        for (Protected disk : disks) {
          delta.write(source, disk.domain());
        }
        delta.write(source, backup.domain());
        delta.write(rsync.file(sourcePool));
        double[] seconds = new double[disks.size()];
        for (int turn = 0; turn < disks.size(); turn++) {
          int which = Math.floorMod(turn + i, disks.size()); // each is first now and then
          settle();
          Round round = disks.get(which).replicate();
          round.require("BITMAP", delta.bytes(), delta.bytes() + (delta.bytes() >> 6));
          seconds[which] = round.checkpointToAvailable();
          if (which == 0 && i >= 0) {
            report.delta(round, delta.extents());
          }
          if (which == 0 || i == deltas - 1) {
            disks.get(which).requireSame(round);
          }
        }
        settle();
        double incremental = backup.incremental();
        settle();
        double synced = rsync.delta();
        if (i >= 0) {
          report.deltaElsewhere(incremental, synced);
          report.sizes(seconds[0], seconds[1], seconds[2]);
        }
        delta.delete();
      }
      String content = source.content(disks.get(0).disk(), "qcow2");
      rsync.requireContent(content);
      report.restore(backup.restore(content));
    }
  }

  /** Many small rounds: what stays of them. */
  private void curve(HostShell source, HostShell target, Protected disk) throws Exception {
    for (int i = 1; i <= rounds; i++) {
      Blocks delta = Blocks.delta(work(), HostShell.POOL + "/bench-work", random, SMALL_DELTA);
      delta.write(source, disk.domain());
      delta.delete();
      Round round = disk.replicate();
      round.require("BITMAP", delta.bytes(), delta.bytes() + (delta.bytes() >> 6));
      if (i % Math.max(1, rounds / LINES) == 0) {
        int replicas = disk.replicas();
        if (replicas > KEEP_LAST) {
          throw new IOException(replicas + " replicas are kept, not " + KEEP_LAST);
        }
        report.kept(i, used(source), used(target), sourceMemory.resident(), targetMemory.resident());
      }
      if (i == rounds) {
        disk.requireSame(round);
      }
    }
  }

  /** What was written before is on the disks, so that nobody pays for another's writes. */
  private static void settle() throws Exception {
    if (new ProcessBuilder("sync").start().waitFor() != 0) {
      throw new IOException("sync failed");
    }
  }

  /** MiB that the pool's file system has given away. */
  private static double used(HostShell host) throws IOException {
    return Double.parseDouble(host.ask("df -B1M --output=used " + HostShell.POOL + " | tail -n 1"));
  }

  private Path work() {
    return sourcePool.resolve("bench-work");
  }
}
