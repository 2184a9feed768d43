package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pool that a guest leaves runs full while its disks are copied. */
@Tag("lab")
@Tag("long")
@SuppressWarnings("SystemOut") // what a person is told
class FullSourceTest {
  private static final String HERE = "alpha1";
  private static final String THERE = "beta1";
  private static final long DATA_MIB = 160;

  /** Its journal alone would take minutes to fill what the file system sets aside for a file. */
  private static final String WRITE =
      """
      for i in $(seq 400); do
        head -c 65536 /dev/urandom >>/data/more
        sync
      done >/dev/null 2>&1 &
      """;

  private static final Duration SOON = Duration.ofMinutes(1);

  private final Api api = new Api();

  @Test
  void aGuestThatStoodStillForItGoesOnAndMovesOnceThereIsRoom() {
    try (Guests guests = new Guests(api)) {
      Map<String, ?> disks = Map.of("disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)));
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("moves"), HERE, disks));
      api.succeeds(made.job());
      String id = made.target();
      ResumeTest.fill(id, DATA_MIB);
      Journal before = Journal.of(HERE, id);
      Map<String, ?> slowly = Map.of("host", THERE, "bandwidthMiBps", 4);
      String job = api.accepted(api.post("/v1/instances/" + id + ":migrate", slowly)).job();
      await("the copy", job, seen -> Api.runs(seen, "copy-disks"));
      Lab.inGuest(Lab.host(HERE), id, "/bin/sh", "-c", WRITE);
      try (FullPool full = FullPool.but(HERE, 0)) {
        JsonNode asks = await("it to ask", job, seen -> Api.text(seen, "/state").equals("BLOCKED"));
        System.out.println(asks.path("steps").findValues("error"));
        assertThat(asks.toString()).contains("storage-full", "MiB left");
        Awaitility.await("the guest to stand still")
            .atMost(SOON)
            .until(
                () -> Lab.virsh(Lab.host(HERE), "domstate", id, "--reason"),
                said -> said.toString().contains("I/O error"));
        full.makeRoom();
      }
      api.accepted(api.post("/v1/jobs/" + job + ":resume", Map.of("reason", "there is room")));
      api.accepted(api.post("/v1/jobs/" + job + ":limit", Map.of("bandwidthMiBps", 0)));
      api.succeeds(job);
      assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(THERE);
      Journal.of(THERE, id).assertContinues(before);
    }
  }

  private JsonNode await(String what, String job, Predicate<JsonNode> there) {
    return Awaitility.await(what)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> api.get("/v1/jobs/" + job).body(), there);
  }
}
