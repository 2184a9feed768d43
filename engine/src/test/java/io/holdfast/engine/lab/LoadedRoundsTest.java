package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.workflows.model.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rounds of a group of two guests with two disks each, which write all the time: every point is one
 * moment of all of them, and what QEMU showed of it. {@code REPLICATION_ROUNDS} says how many
 * rounds, 2 unless told.
 */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class LoadedRoundsTest {
  private static final int ROUNDS =
      Integer.parseInt(System.getenv().getOrDefault("REPLICATION_ROUNDS", "2"));
  private static final Map<String, ?> TWO_DISKS =
      Map.of("disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)));
  private static final Duration RESTORES = Duration.ofMinutes(3);

  private final Api api = new Api();

  @Tag("long")
  @Test
  void everyPointIsOneMomentOfAllDisksOfAllGuests() {
    try (Guests guests = new Guests(api)) {
      List<String> instances =
          List.of(
              ProtectedGuest.create(api, guests, TWO_DISKS),
              ProtectedGuest.create(api, guests, TWO_DISKS));
      try (ProtectedGuest group = new ProtectedGuest(api, instances, ROUNDS + 1)) {
        group.idle();
        try (PairedGuests writers = new PairedGuests(instances)) {
          for (int round = 1; round <= ROUNDS; round++) {
            writers.awaitMore();
            assertShowsWhatQemuShowed(group);
          }
        }
        group.assertVerified();
        List<JsonNode> points = group.available().subList(0, ROUNDS);
        for (JsonNode point : points) {
          assertOneMoment(guests, instances, point);
        }
      }
    }
  }

  private void assertShowsWhatQemuShowed(ProtectedGuest group) {
    Map<String, String> shown;
    Api.Accepted round;
    try (LedgerHold hold = LedgerHold.onBeginning(api, Steps.SEAL_REPLICAS)) {
      round = group.round();
      assertThat(hold.holds(round)).describedAs("the round, before its seals").isTrue();
      shown = group.views(List.of("root", "disk1"));
    }
    api.succeeds(round.job());
    JsonNode point = group.idle();
    assertThat(group.replicas(point)).isEqualTo(shown).hasSize(4);
    assertThat(point.path("windowMillis").asLong()).isPositive();
    System.out.printf("guests stood still for %s ms%n", Api.text(point, "/windowMillis"));
  }

  private void assertOneMoment(Guests guests, List<String> instances, JsonNode point) {
    List<String> restored = new ArrayList<>();
    List<Journal> journals = new ArrayList<>();
    for (String instance : instances) {
      Map<String, Object> wanted = new HashMap<>(Map.of("instance", instance));
      wanted.put("name", Guests.name("restored"));
      Api.Accepted made = guests.restore(Api.text(point, "/id"), wanted);
      JsonNode ended = api.ends(made.job(), RESTORES);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
      restored.add(made.target());
      journals.add(Journal.of(ProtectedGuest.TARGET, made.target()));
    }
    String numbers = PairedGuests.assertOneMoment(restored);
    assertThat(journals).allMatch(journal -> journal.lines().size() > 1);
    System.out.printf("point %s:%s%n", Api.text(point, "/number"), numbers);
    api.delete(restored);
  }
}
