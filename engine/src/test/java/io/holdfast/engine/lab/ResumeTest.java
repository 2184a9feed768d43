package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a killed worker costs, counted on the wire: the source host's own interface. */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class ResumeTest {
  private static final long MIB = 1 << 20;
  private static final long DATA = 384;

  /** Of TLS, HTTP/2 and TCP, and what the host's worker says to others meanwhile. */
  static final double TRANSPORT = 1.03;

  private final Api api = new Api();

  /** SIGKILL once the target has made a mark durable, in a first sync. */
  @ParameterizedTest
  @ValueSource(strings = {ProtectedGuest.SOURCE, ProtectedGuest.TARGET})
  void atMost64MibCrossTheWireAgain(String host) {
    try (Guests guests = new Guests(api)) {
      Map<String, ?> disks = Map.of("disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)));
      String instance = ProtectedGuest.create(api, guests, disks);
      fill(instance);
      CompletableFuture<Void> killed = killAtMark(host, instance);
      long before = sent();
      try (ProtectedGuest guest = new ProtectedGuest(api, List.of(instance), 5)) {
        killed.join();
        Lab.kill("worker-" + host); // what ./dev knows of it is put right
        Lab.start("worker-" + host);
        JsonNode point = guest.idle();
        long crossed = sent() - before;
        long needed = (long) (point.at("/bytes/wire").asLong() * TRANSPORT);
        System.out.printf(
            "killed at %s: %d MiB crossed, %d were needed%n", host, crossed / MIB, needed / MIB);
        assertThat(needed).isGreaterThan(DATA * MIB);
        assertThat(crossed - needed).isLessThanOrEqualTo(64 * MIB);
        guest.assertVerified();
      }
    }
  }

  /** Bytes that the source's cable has carried away. */
  static long sent() {
    Lab.Host source = Lab.host(ProtectedGuest.SOURCE);
    return Long.parseLong(Lab.on(source, "cat", "/sys/class/net/eth0/statistics/tx_bytes").get(0));
  }

  private static void fill(String instance) {
    fill(instance, DATA);
  }

  /** Writes what cannot be compressed to the second disk, as its guest would, and flushes it. */
  static void fill(String instance, long mib) {
    String script =
        """
        data=/var/lib/holdfast/pools/fast/.fill-%1$s
        trap 'rm -f "$data"' EXIT
        head -c %2$dM /dev/urandom >"$data"
        for command in "write -s $data 0 %2$dM" flush; do
          virsh -q qemu-monitor-command %1$s --hmp \
            "qemu-io -d /machine/peripheral/virtio-disk1/virtio-backend \\"$command\\""
        done
        """
            .formatted(instance, mib);
    Lab.on(Lab.host(ProtectedGuest.SOURCE), "sh", "-ec", script);
  }

  /** Waits on the target for the first mark, and kills the worker of that host or of the other. */
  private static CompletableFuture<Void> killAtMark(String host, String instance) {
    String script =
        """
        journal=/var/lib/holdfast/pools/*/.replica-%s-disk1-*.journal
        until grep -q '^mark' $journal 2>/dev/null; do :; done
        kill -9 %d
        """
            .formatted(instance, Lab.pid("worker-" + host));
    return CompletableFuture.runAsync(
        () -> Lab.on(Lab.host(ProtectedGuest.TARGET), "timeout", "28", "sh", "-c", script));
  }
}
