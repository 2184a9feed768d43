package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A guest's volume is in its recovery points, and its data in what is restored of them. */
@Tag("lab")
@SuppressWarnings("try") // a group is held, not used
class VolumeRecoveryTest {
  private static final String HERE = ProtectedGuest.SOURCE;

  private final Api api = new Api();

  @Test
  void whatTheGuestWroteToItsVolumeIsInThePointsAndInWhatIsRestored() {
    try (Guests guests = new Guests(api)) {
      String id = ProtectedGuest.create(api, guests, Map.of());
      AttachedVolume volume = guests.volume(id);
      volume.writeOut(HERE);
      try (ProtectedGuest guest = new ProtectedGuest(api, List.of(id), 5)) {
        String disk = "v" + volume.id().replace("-", "");
        assertThat(changes(guest.idle())).isEqualTo(Map.of("root", "FULL", disk, "FULL"));

        String written = volume.writeOut(HERE);
        api.succeeds(guest.replicate());
        JsonNode delta = guest.idle();
        assertThat(changes(delta)).isEqualTo(Map.of("root", "BITMAP", disk, "BITMAP"));
        assertThat(delta.path("disks").findValuesAsText("volume"))
            .containsExactlyInAnyOrder("null", volume.id());

        verb(volume, "detach", Map.of());
        api.succeeds(guest.replicate());
        assertThat(changes(guest.idle())).isEqualTo(Map.of("root", "BITMAP"));
        assertThat(guest.idle().path("notes").toString()).contains("was removed");

        verb(volume, "attach", Map.of("instance", id));
        api.succeeds(guest.replicate());
        assertThat(changes(guest.idle())).isEqualTo(Map.of("root", "BITMAP", disk, "FULL"));

        verb(volume, "detach", Map.of());
        verb(volume, "attach", Map.of("instance", id));
        volume.writeOut(HERE);
        guest.power("stop");
        api.succeeds(guest.replicate());
        assertThat(changes(guest.idle())).containsEntry(disk, "HASHES");
        guest.assertHasAllOf(guest.idle());

        assertRestored(guests, Api.text(delta, "/id"), volume, written);
      }
    }
  }

  private void assertRestored(Guests guests, String point, AttachedVolume volume, String written) {
    Api.Accepted made = guests.restore(point, Map.of("name", Guests.name("restored")));
    api.succeeds(made.job());
    JsonNode shown = guests.assertOneOf(made.target());
    assertThat(shown.path("disks").findValuesAsText("name")).containsExactly("root", "disk1");
    AttachedVolume copy = new AttachedVolume(api, made.target(), volume.id(), volume.serial());
    assertThat(copy.read(ProtectedGuest.TARGET)).isEqualTo(written);
  }

  private void verb(AttachedVolume volume, String verb, Map<String, ?> body) {
    api.succeeds(api.accepted(api.post("/v1/volumes/" + volume.id() + ":" + verb, body)).job());
  }

  /** By disk. */
  private static Map<String, String> changes(JsonNode point) {
    Map<String, String> changes = new TreeMap<>();
    for (JsonNode disk : point.path("disks")) {
      changes.put(Api.text(disk, "/disk"), Api.text(disk, "/changes"));
    }
    return changes;
  }
}
