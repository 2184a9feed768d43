package io.holdfast.engine.lab;

import java.util.concurrent.CompletableFuture;

/** A file that takes the room of the pool at the target where replicas go. Closing removes it. */
final class FullTarget implements AutoCloseable {
  private static final String POOL = "/var/lib/holdfast/pools/fast";
  private static final String FILLER = POOL + "/.filler";

  /** Takes all but so many MiB. */
  private static final String FILL =
      """
      free=$(df --output=avail -B1M %1$s | tail -n 1)
      fallocate -l $((free - %2$d))M %3$s
      """;

  private final CompletableFuture<Void> filled;

  private FullTarget(String script) {
    Lab.Host target = Lab.host(ProtectedGuest.TARGET);
    filled = CompletableFuture.runAsync(() -> Lab.on(target, "timeout", "28", "sh", "-ec", script));
  }

  /** Fills it now. */
  static FullTarget but(int mib) {
    FullTarget full = new FullTarget(FILL.formatted(POOL, mib, FILLER));
    full.filled.join();
    return full;
  }

  /** Fills it as soon as a mark of the instance's second disk is durable there. */
  static FullTarget afterAMark(String instance, int mib) {
    String marked =
        "until grep -q '^mark' %s/.replica-%s-disk1-*.journal 2>/dev/null; do :; done%n"
            .formatted(POOL, instance);
    return new FullTarget(marked + FILL.formatted(POOL, mib, FILLER));
  }

  void makeRoom() {
    filled.join();
    remove();
  }

  private static void remove() {
    Lab.on(Lab.host(ProtectedGuest.TARGET), "rm", "-f", FILLER);
  }

  @Override
  public void close() {
    filled.exceptionally(failed -> null).join(); // else it might fill it afterwards
    remove();
  }
}
