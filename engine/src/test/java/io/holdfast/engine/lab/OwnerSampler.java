package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;

/**
 * Asks the libvirt of every host ten times a second whether a guest runs there. Closing asserts
 * that it never ran on two hosts: between two moments in which it ran on one it ran on no other.
 */
final class OwnerSampler implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final String END = "sampled";

  private final List<Watched> hosts = new ArrayList<>();
  private final Set<String> guest = new HashSet<>();

  OwnerSampler(String uuid) {
    guest.add(uuid);
    for (Lab.Host host : Lab.hosts()) {
      hosts.add(new Watched(host, guest));
    }
  }

  /** Another domain that is the same guest: the one that takes over from it. */
  void also(String uuid) {
    guest.add(uuid);
  }

  /** Nanoseconds: asked and answered; and which domains ran. */
  private record Sample(long asked, long answered, Set<String> running) {}

  @Override
  public void close() {
    hosts.forEach(Watched::end);
    for (Watched one : hosts) {
      for (Watched other : hosts) {
        if (one != other) {
          one.samples.stream()
              .filter(one::runs)
              .forEach(sample -> other.assertRunsNotAround(sample, one.host));
        }
      }
    }
    assertThat(hosts).allSatisfy(host -> assertThat(host.samples).isNotEmpty());
  }

  /** One virsh, which connects again by itself when its libvirtd was away. */
  private static final class Watched {
    private final Lab.Host host;
    private final Process virsh;
    private final Thread thread;
    private final List<Sample> samples = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> guest;
    private volatile boolean ends;

    Watched(Lab.Host host, Set<String> guest) {
      this.host = host;
      this.guest = guest;
      try {
        virsh =
            LabEnvironment.program(List.of("virsh", "-q", "-c", host.uri()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      thread = new Thread(this::sample, "samples " + host.name());
      thread.start();
    }

    private boolean runs(Sample sample) {
      return guest.stream().anyMatch(sample.running()::contains);
    }

    private void sample() {
      try (Writer asks = virsh.outputWriter(StandardCharsets.UTF_8);
          BufferedReader said =
              new BufferedReader(
                  new InputStreamReader(virsh.getInputStream(), StandardCharsets.UTF_8))) {
        while (!ends) {
          long asked = System.nanoTime();
          asks.write("list --uuid --state-running\necho " + END + "\n");
          asks.flush();
          Set<String> running = new HashSet<>();
          String line = said.readLine();
          while (line != null && !line.endsWith(END)) {
            String words = line.strip();
            running.add(words.substring(words.lastIndexOf(' ') + 1)); // behind virsh's prompt
            line = said.readLine();
          }
          samples.add(new Sample(asked, System.nanoTime(), running));
          long next = asked + EVERY.toNanos();
          Awaitility.await()
              .pollInterval(Duration.ofMillis(5))
              .until(() -> ends || System.nanoTime() - next >= 0);
        }
      } catch (IOException gone) {
        if (!ends) {
          throw new UncheckedIOException(gone);
        }
      }
    }

    /** It ran elsewhere in {@code sample}: here it did not both before and after. */
    void assertRunsNotAround(Sample sample, Lab.Host elsewhere) {
      Sample before = null;
      for (Sample mine : List.copyOf(samples)) {
        if (mine.answered() - sample.asked() <= 0) {
          before = mine;
        } else if (mine.asked() - sample.answered() >= 0) {
          boolean both = before != null && runs(before) && runs(mine);
          assertThat(both)
              .describedAs("the guest ran on %s and on %s at once", host, elsewhere)
              .isFalse();
          return;
        }
      }
    }

    void end() {
      ends = true;
      virsh.destroy();
      try {
        thread.join(10_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
