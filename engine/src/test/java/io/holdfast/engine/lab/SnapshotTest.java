package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Snapshots of real guests, held against the bytes on the host. */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class SnapshotTest {
  private static final String POOLS = "/var/lib/holdfast/pools/*/";
  private static final String HOST = "alpha1";
  private static final String MARK = "/data/mark";
  private static final Duration GOES_ON = Duration.ofSeconds(20);
  private static final int MOST_KILLS = 12;

  /** In a file system that is memory, by a process that no reboot starts. */
  private static final String COUNT =
      "(n=0; while :; do n=$((n + 1)); echo $n >/run/counting; mv /run/counting /run/counted;"
          + " usleep 100000; done) >/dev/null 2>&1 &";

  /** A guest that stood still for a moment is seen so, until its host says more. */
  private static final Duration IS_SEEN = Duration.ofSeconds(30);

  private final Api api = new Api();

  @Test
  void aRestoreInPlaceIsTheDiskOfTheSnapshotsMoment() {
    try (Guests guests = new Guests(api)) {
      String instance = guest(guests, List.of(1));
      write(instance, "before");
      KeptSnapshot snapshot = guests.snapshot(instance, Map.of());
      JsonNode shown = snapshot.shown();
      System.out.printf("held still for %s ms%n", Api.text(shown, "/windowMillis"));
      assertThat(Api.text(shown, "/state")).isEqualTo("AVAILABLE");
      assertThat(shown.path("windowMillis").asLong()).isPositive();
      assertRuns(instance);
      Map<String, String> moment = contents(snapshot.id(), instance);
      write(instance, "after");
      assertThat(contents(snapshot.id(), instance)).isEqualTo(moment);
      String clone = clone(guests, snapshot.id());

      Api.Answer refused = api.post("/v1/snapshots/" + snapshot.id() + ":restore", Map.of());
      assertThat(refused.status()).isEqualTo(409);
      power(instance, "stop");
      snapshot.restore(Map.of());
      assertThat(contents(instance)).isEqualTo(moment);
      power(instance, "start");
      assertThat(mark(instance)).isEqualTo("before");

      write(instance, "later");
      snapshot.restore(Map.of("restart", true));
      assertThat(mark(instance)).isEqualTo("before");
      assertThat(contents(snapshot.id(), instance)).isEqualTo(moment);
      assertRuns(instance);
      snapshot.remove();
      assertThat(mark(clone)).isEqualTo("before");
    }
  }

  /** A new instance beside the one that the snapshot was taken of, with what that one had then. */
  private String clone(Guests guests, String snapshot) {
    String path = "/v1/snapshots/" + snapshot + ":clone";
    Api.Accepted made = api.accepted(api.post(path, Map.of("name", Guests.name("cloned"))));
    guests.adopt(made.target());
    JsonNode job = api.succeeds(made.job());
    assertThat(Api.text(job, "/result/guest/by")).isEqualTo("AGENT");
    JsonNode shown = guests.assertOneOf(made.target());
    assertThat(Api.text(shown, "/clonedFrom")).isEqualTo(snapshot);
    assertThat(Api.text(shown, "/host")).isEqualTo(HOST);
    assertThat(mark(made.target())).isEqualTo("before");
    return made.target();
  }

  @Test
  void snapshotsAreDeletedInAnyOrderAndTheOthersStayWhatTheyAre() {
    Random random = new Random(Seed.VALUE);
    try (Guests guests = new Guests(api)) {
      String instance = guest(guests, List.of());
      Map<KeptSnapshot, Map<String, String>> taken = new HashMap<>();
      for (String mark : List.of("one", "two", "three")) {
        write(instance, mark);
        KeptSnapshot snapshot = guests.snapshot(instance, Map.of("name", Guests.name(mark)));
        taken.put(snapshot, contents(snapshot.id(), instance));
      }
      assertThat(taken.values()).doesNotHaveDuplicates();
      List<KeptSnapshot> order = new ArrayList<>(taken.keySet());
      Collections.shuffle(order, random);
      for (KeptSnapshot next : order.subList(0, 2)) {
        next.remove();
        taken.remove(next);
        taken.forEach(
            (kept, content) -> assertThat(contents(kept.id(), instance)).isEqualTo(content));
      }
      api.delete(List.of(instance)); // the last one outlives it
      KeptSnapshot last = order.get(2);
      assertThat(last.shown().path("instanceThere").asBoolean(true)).isFalse();
      assertThat(contents(last.id(), instance)).isEqualTo(taken.get(last));
      last.remove();
    }
  }

  /**
   * A number that the guest counts in its memory goes on, in the same boot; what came later is gone
   * from its memory and its disks. The worker is killed while the memory is written.
   */
  @Test
  void aGuestGoesOnFromItsMemory() {
    try (Guests guests = new Guests(api)) {
      String instance = guest(guests, List.of());
      write(instance, "before");
      remember(instance, "before");
      String boot = in(instance, "cat /proc/sys/kernel/random/boot_id");
      in(instance, COUNT);
      CompletableFuture<Boolean> killed = killOnce(instance, "memory.save");
      Api.Accepted taking = api.accepted(post(instance, Map.of("memory", true)));
      KeptSnapshot snapshot = guests.keep(taking.target());
      killed.join();
      Lab.kill("worker-" + HOST);
      Lab.start("worker-" + HOST);
      api.succeeds(taking.job());
      JsonNode shown = snapshot.shown();
      System.out.printf(
          "held still for %s ms, %d KiB of memory%n",
          Api.text(shown, "/windowMillis"), shown.path("memoryBytes").asLong() >> 10);
      assertThat(shown.path("memory").asBoolean()).isTrue();
      assertThat(shown.path("memoryBytes").asLong()).isPositive();
      assertRuns(instance);
      assertThat(Lab.files(List.of("overlay", ".part"), "/var/lib/holdfast")).isEmpty();

      write(instance, "after");
      remember(instance, "after");
      Awaitility.await("the guest to count").until(() -> counted(instance) > 0);
      snapshot.restore(Map.of("restart", true));
      assertThat(in(instance, "cat /proc/sys/kernel/random/boot_id")).isEqualTo(boot);
      assertThat(mark(instance)).isEqualTo("before");
      assertThat(in(instance, "cat /run/remembered")).isEqualTo("before");
      long again = counted(instance);
      Awaitility.await("it to count on").until(() -> counted(instance) > again);
      long apart = Long.parseLong(in(instance, "date +%s")) - Instant.now().getEpochSecond();
      assertThat(apart).describedAs("seconds that its clock is ahead").isBetween(-3L, 3L);
      assertRuns(instance);

      snapshot.restore(Map.of("restart", true, "memory", false));
      assertThat(mark(instance)).isEqualTo("before");
      assertThat(in(instance, "cat /proc/sys/kernel/random/boot_id")).isNotEqualTo(boot);
      power(instance, "stop");
      snapshot.restore(Map.of());
      assertThat(in(instance, "cat /proc/sys/kernel/random/boot_id")).isEqualTo(boot);
      assertRuns(instance);
      snapshot.remove();
    }
  }

  /** What the guest says; asked until it does. */
  private static String in(String instance, String script) {
    return Awaitility.await("the guest to answer")
        .atMost(Lab.BOOTS)
        .ignoreExceptions()
        .until(
            () -> Lab.inGuest(Lab.host(HOST), instance, "/bin/sh", "-c", script),
            said -> said != null);
  }

  /** In the guest's memory alone. */
  private static void remember(String instance, String word) {
    in(instance, "echo " + word + " >/run/remembered");
  }

  private static long counted(String instance) {
    String said = in(instance, "cat /run/counted");
    return said.isEmpty() ? 0 : Long.parseLong(said);
  }

  /** SIGKILL to the worker while the guest stands still; tried until it was that moment. */
  @Test
  @Tag("long")
  void aGuestGoesOnWhenTheWorkerThatHeldItStillIsKilled() {
    try (Guests guests = new Guests(api)) {
      String instance = guest(guests, List.of(1, 1, 1, 1, 1, 1));
      for (int kill = 1; ; kill++) {
        assertThat(kill)
            .describedAs("no kill found the guest standing still")
            .isLessThan(MOST_KILLS);
        CompletableFuture<Boolean> killed = killWhileStill(instance);
        Api.Accepted job = api.accepted(post(instance, Map.of()));
        KeptSnapshot snapshot = guests.keep(job.target());
        boolean still = killed.join();
        Lab.kill("worker-" + HOST);
        Lab.start("worker-" + HOST);
        System.out.printf("kill %d: the guest %s%n", kill, still ? "stood still" : "ran");
        Awaitility.await("the guest to go on")
            .atMost(GOES_ON)
            .until(() -> state(instance).equals("running"));
        assertThat(Api.text(api.ends(job.job(), Duration.ofMinutes(3)), "/state"))
            .isEqualTo("SUCCEEDED");
        assertThat(state(instance)).isEqualTo("running");
        snapshot.remove();
        if (still) {
          break;
        }
      }
      assertThat(mark(instance)).isEmpty();
    }
  }

  /**
   * Once it returns, the worker is killed as soon as it has begun to clone; the answer is true when
   * the guest is suspended then.
   */
  private static CompletableFuture<Boolean> killWhileStill(String instance) {
    return killOnce(instance, "root.qcow2");
  }

  /** As above, as soon as that file of a snapshot has begun. */
  private static CompletableFuture<Boolean> killOnce(String instance, String file) {
    String watching = "/tmp/watching-" + instance;
    String script =
        """
        touch %1$s
        while set -- %2$s.snapshot-*-%3$s-%4$s.*.part; ! [ -e "$1" ]; do :; done
        kill -9 %5$d
        rm %1$s
        """
            .formatted(watching, POOLS, instance, file, Lab.pid("worker-" + HOST));
    CompletableFuture<Boolean> killed =
        CompletableFuture.supplyAsync(
            () -> {
              Lab.on(Lab.host(HOST), "timeout", "25", "sh", "-c", script);
              return state(instance).equals("paused");
            });
    Awaitility.await("the watcher")
        .ignoreExceptions()
        .until(() -> !Lab.on(Lab.host(HOST), "ls", watching).isEmpty());
    return killed;
  }

  private static String state(String instance) {
    return Lab.virsh(Lab.host(HOST), "domstate", instance).get(0);
  }

  private void assertRuns(String instance) {
    Awaitility.await("what the host says last of its guest")
        .atMost(IS_SEEN)
        .until(
            () -> Api.text(api.get("/v1/instances/" + instance).body(), "/state"),
            "ACTIVE"::equals);
    assertThat(Lab.domains(instance)).containsExactly(HOST + " " + instance);
    assertThat(Lab.guestProcesses(instance)).hasSize(1);
    assertThat(state(instance)).isEqualTo("running");
  }

  private String guest(Guests guests, List<Integer> disksGiB) {
    List<Map<String, Integer>> disks =
        disksGiB.stream().map(gib -> Map.of("sizeGiB", gib)).toList();
    Map<String, Object> more = disks.isEmpty() ? Map.of() : Map.of("disks", disks);
    Api.Accepted made = guests.create(Guests.wanted(Guests.name("snapped"), HOST, more));
    api.succeeds(made.job());
    return made.target();
  }

  private Api.Answer post(String instance, Map<String, ?> wanted) {
    return api.post("/v1/instances/" + instance + ":snapshot", wanted);
  }

  private void power(String instance, String action) {
    String path = "/v1/instances/" + instance + ":" + action;
    api.succeeds(api.accepted(api.post(path, Map.of())).job());
  }

  private static void write(String instance, String mark) {
    String script = "echo " + mark + " >" + MARK + " && sync";
    Awaitility.await("the guest to write")
        .atMost(Lab.BOOTS)
        .ignoreExceptions()
        .until(() -> Lab.inGuest(Lab.host(HOST), instance, "/bin/sh", "-c", script) != null);
  }

  /** What the guest reads once it is up; empty for nothing. */
  private static String mark(String instance) {
    return Awaitility.await("the guest to read")
        .atMost(Lab.BOOTS)
        .ignoreExceptions()
        .until(
            () -> Lab.inGuest(Lab.host(HOST), instance, "/bin/sh", "-c", "cat " + MARK + "; true"),
            said -> said != null);
  }

  private static Map<String, String> contents(String snapshot, String instance) {
    return hashes("snapshot-" + snapshot + "-" + instance + "-");
  }

  private static Map<String, String> contents(String instance) {
    return hashes(instance + "-");
  }

  /** SHA-256 of the disks in the files whose names begin so, by the names of the disks. */
  private static Map<String, String> hashes(String prefix) {
    String script =
        """
        raw=$(mktemp) && trap 'rm -f "$raw"' EXIT
        for file in %1$s%2$s*.qcow2; do
          qemu-img convert -U -O raw "$file" "$raw"
          name=${file##*/%2$s}
          echo "${name%%.qcow2} $(openssl dgst -sha256 -r "$raw" | cut -c -64)"
        done
        """
            .formatted(POOLS, prefix);
    Map<String, String> hashes = new HashMap<>();
    for (String line : Lab.on(Lab.host(HOST), "sh", "-ec", script)) {
      String[] words = line.split(" ", -1);
      hashes.put(words[0], words[1]);
    }
    assertThat(hashes).containsKey("root");
    return hashes;
  }
}
