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
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Asks the libvirt of every host ten times a second whether a guest runs there. Closing asserts
 * that it never ran on two hosts: between two moments in which it ran on one it ran on no other.
 */
final class OwnerSampler implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final String END = "sampled";

  private final List<Watched> hosts = new ArrayList<>();

  OwnerSampler(String uuid) {
    for (Lab.Host host : Lab.hosts()) {
      hosts.add(new Watched(host, uuid));
    }
  }

  /** Nanoseconds: asked and answered. */
  private record Sample(long asked, long answered, boolean runs) {}

  @Override
  public void close() {
    hosts.forEach(Watched::end);
    for (Watched one : hosts) {
      for (Watched other : hosts) {
        if (one != other) {
          one.samples.stream()
              .filter(Sample::runs)
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
    private volatile boolean ends;

    Watched(Lab.Host host, String uuid) {
      this.host = host;
      try {
        virsh =
            LabEnvironment.program(List.of("virsh", "-q", "-c", host.uri()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      thread = new Thread(() -> sample(uuid), "samples " + host.name());
      thread.start();
    }

    private void sample(String uuid) {
      try (Writer asks = virsh.outputWriter(StandardCharsets.UTF_8);
          BufferedReader said =
              new BufferedReader(
                  new InputStreamReader(virsh.getInputStream(), StandardCharsets.UTF_8))) {
        while (!ends) {
          long asked = System.nanoTime();
          asks.write("domstate " + uuid + "\necho " + END + "\n");
          asks.flush();
          boolean runs = false;
          String line = said.readLine();
          while (line != null && !line.endsWith(END)) {
            runs |= line.endsWith("running");
            line = said.readLine();
          }
          samples.add(new Sample(asked, System.nanoTime(), runs));
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
          boolean both = before != null && before.runs() && mine.runs();
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
