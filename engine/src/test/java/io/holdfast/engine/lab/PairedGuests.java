package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Two guests that write numbers in an order that disks of one moment cannot break. Each one writes
 * 1, 2, 3 ... by itself, each number to its first disk and, once that is durable, to its second.
 * Closing ends what writes a number to the first guest and, once that is durable, to the second.
 */
final class PairedGuests implements AutoCloseable {
  private static final String FIRST_DISK = "/data/count";
  private static final String SECOND_DISK = "/dev/vdb";
  private static final String ORDERED = "/data/ordered";
  private static final String PUT =
      "dd if=/run/number of=%s bs=512 count=1 conv=sync,notrunc,fsync 2>/dev/null";
  private static final String COUNT =
      "n=0; while n=$((n + 1)); do echo $n >/run/number; "
          + PUT.formatted(FIRST_DISK)
          + "; "
          + PUT.formatted(SECOND_DISK)
          + "; done";

  private final List<String> guests;
  private final AtomicLong written = new AtomicLong();
  private final CompletableFuture<Void> writing;
  private volatile boolean ended;

  /** Begins to write, at {@link ProtectedGuest#SOURCE}. */
  PairedGuests(List<String> guests) {
    this.guests = guests;
    for (String guest : guests) {
      inGuest(ProtectedGuest.SOURCE, guest, "(" + COUNT + ") >/dev/null 2>&1 & echo begun");
    }
    writing = CompletableFuture.runAsync(this::write);
  }

  private void write() {
    while (!ended) {
      long number = written.get() + 1;
      for (String guest : guests) {
        String put = "echo %1$d >%2$s.new && sync && mv %2$s.new %2$s && sync && echo put";
        inGuest(ProtectedGuest.SOURCE, guest, put.formatted(number, ORDERED));
      }
      written.set(number);
    }
  }

  /** Returns once the guests have written more than when it was called. */
  void awaitMore() {
    long now = written.get();
    Awaitility.await("the guests to write")
        .atMost(Lab.BOOTS)
        .until(() -> written.get() > now || writing.isDone());
    assertThat(writing).isNotDone();
  }

  /** Of instances that were made of a point: what they read is of one moment. */
  static String assertOneMoment(List<String> restored) {
    long[] ordered = new long[restored.size()];
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < ordered.length; i++) {
      String guest = restored.get(i);
      ordered[i] = number(guest, "cat " + ORDERED);
      long first = number(guest, "cat " + FIRST_DISK);
      long second = number(guest, "dd if=" + SECOND_DISK + " bs=512 count=1 2>/dev/null");
      assertThat(first)
          .describedAs("the first disk's, beside %d", second)
          .isBetween(second, second + 1);
      said.append(" disks %d %d".formatted(first, second));
    }
    assertThat(ordered[0])
        .describedAs("the first guest's, beside %d", ordered[1])
        .isBetween(ordered[1], ordered[1] + 1);
    return said + " guests %d %d".formatted(ordered[0], ordered[1]);
  }

  private static long number(String guest, String read) {
    String number = inGuest(ProtectedGuest.TARGET, guest, read + " | tr -cd 0-9");
    return Long.parseLong(number);
  }

  /** A guest that stands still, or boots, answers later; what is written twice is written once. */
  private static String inGuest(String host, String guest, String script) {
    return Awaitility.await("the guest")
        .atMost(Lab.BOOTS)
        .ignoreExceptions()
        .until(
            () -> Lab.inGuest(Lab.host(host), guest, "/bin/sh", "-c", script),
            said -> !said.isEmpty());
  }

  @Override
  public void close() {
    ended = true;
    writing.join();
  }
}
