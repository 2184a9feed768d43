package io.holdfast.engine.lab;

import java.util.concurrent.CompletableFuture;

/** A file that takes the room of a host's pool. Closing removes it. */
final class FullPool implements AutoCloseable {
  private static final String POOL = "/var/lib/holdfast/pools/fast";
  private static final String FILLER = POOL + "/.filler";

  /**
   * Takes all but so many MiB, in ever smaller pieces: of the room that a file system tells, not
   * all can be had at once, and guests take of it meanwhile.
   */
  private static final String FILL =
      """
      left() { echo $(($(df --output=avail -B1M %1$s | tail -n 1) - %2$d)); }
      size=0
      piece=$(left)
      while [ "$piece" -gt 0 ]; do
        if fallocate -o "${size}M" -l "${piece}M" %3$s; then
          size=$((size + piece))
          piece=$(left)
        else
          piece=$((piece / 2))
        fi
      done
      """;

  private final Lab.Host host;
  private final CompletableFuture<Void> filled;

  private FullPool(String name, String script) {
    host = Lab.host(name);
    filled = CompletableFuture.runAsync(() -> Lab.on(host, "timeout", "28", "sh", "-ec", script));
  }

  /** Fills it now. */
  static FullPool but(String host, int mib) {
    FullPool full = new FullPool(host, FILL.formatted(POOL, mib, FILLER));
    full.filled.join();
    return full;
  }

  /** Fills that at the target as soon as a mark of the instance's second disk is durable there. */
  static FullPool afterAMark(String instance, int mib) {
    String marked =
        "until grep -q '^mark' %s/.replica-%s-disk1-*.journal 2>/dev/null; do :; done%n"
            .formatted(POOL, instance);
    return new FullPool(ProtectedGuest.TARGET, marked + FILL.formatted(POOL, mib, FILLER));
  }

  void makeRoom() {
    filled.join();
    remove();
  }

  private void remove() {
    Lab.on(host, "rm", "-f", FILLER);
  }

  @Override
  public void close() {
    filled.exceptionally(failed -> null).join(); // else it might fill it afterwards
    remove();
  }
}
