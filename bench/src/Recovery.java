/**
 * What the recovery of ten guests costs, beside booting ten such guests in parallel by libvirt
 * directly.
 *
 * <p>Both take turns on one host of the recovery site. Ours is a TEST of a plan of one tier, from
 * its request to the moment at which the last guest's probe is green: it reads each replica against
 * its seal, makes an isolated network, and keeps records of all of it. Raw is a shell's loop, all
 * guests at once: clone the same replica's file, define, start, and ask the agent until it answers.
 * The domains are the ones that a test of ours had, the images, sizes and devices too. The guests
 * at the protected site are off, so that nothing else runs.
 *
 * <p>This program fails on content, never on a time: the replicas are held against the disks that
 * they are of by SHA-256, each guest has to answer on both sides, and each test has to be PASSED by
 * its cleanup.
 */
public final class Recovery {
  private static final String SOURCE = "alpha1";
  private static final String TARGET = "beta1";

  private final int guests = Samples.count("BENCH_GUESTS", 10);
  private final int pairs = Samples.count("BENCH_RECOVERIES", 3);
  private final Engine engine = new Engine();
  private final RecoveryReport report = new RecoveryReport(guests);

  private Recovery() {}

  public static void main(String[] arguments) throws Exception {
    new Recovery().run();
  }

  private void run() throws Exception {
    Rehearsed plan = new Rehearsed(engine, guests);
    plan.clear();
    try (HostShell source = new HostShell(SOURCE);
        HostShell target = new HostShell(TARGET);
        RawBoot raw = new RawBoot(target)) {
      plan.protect(source, target);
      Rehearsed.Rehearsal first = plan.test(); // warms up, and shows what raw has to boot
      raw.prepare(first, plan);
      plan.cleanUp(first);
      raw.boot();
      raw.clear();
      for (int i = 0; i < pairs; i++) {
        report.raw(raw.boot());
        raw.clear();
        Rehearsed.Rehearsal test = plan.test();
        plan.cleanUp(test);
        report.ours(test, plan.steps(test));
      }
    } finally {
      plan.clear();
    }
    report.print(System.out);
    Samples.write("recovery", report.json());
  }
}
