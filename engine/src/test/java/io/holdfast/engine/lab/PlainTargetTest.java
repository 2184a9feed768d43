package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Replicas in a pool whose files share no extents, so that each point stands on the one before: the
 * other pool of the target is promised to a volume.
 */
@Tag("lab")
@Tag("long")
@SuppressWarnings("try") // a promise is held, not used
class PlainTargetTest {
  private static final String POOL = "/var/lib/holdfast/pools/plain";

  /** Flips the lowest bit of a byte of data that the file itself has, and not the one below it. */
  private static final String FLIP =
      """
      disk=%s/replica-%s-root-%s.qcow2
      at=$(qemu-img map --output=json "$disk" |
        perl -ne 'print $1 if /"depth": 0,.*"data": true,.*"offset": (\\d+)/ && !$seen++')
      perl -e 'open my $f, "+<", $ARGV[0] or die; seek $f, $ARGV[1], 0; read $f, my $c, 1;
        seek $f, $ARGV[1], 0; print $f $c ^ "\\x01"; close $f or die' "$disk" "$at"
      echo "$at"
      """;

  private final Api api = new Api();

  @Test
  void aPointIsVerifiedAndRestoredAndAFlippedBitIsFoundAndHealed() {
    try (Guests guests = new Guests(api);
        Promise promise = Promise.ofTheOtherPool(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      JsonNode first = guest.idle();
      assertInPool(first, "FULL");
      Journal before = Journal.of(ProtectedGuest.SOURCE, guest.instance());
      api.succeeds(guest.replicate());
      JsonNode second = guest.idle();
      assertInPool(second, "BITMAP");
      guest.assertVerified();
      restored(guests, second).assertContinues(before);

      String broken = Api.text(second, "/id");
      flip(guest.instance(), broken);
      assertThat(verdict(broken)).isEqualTo("BROKEN");
      assertThat(guest.available())
          .extracting(point -> Api.text(point, "/id"))
          .containsExactly(Api.text(first, "/id"));
      Map<String, ?> wanted = Map.of("name", Guests.name("refused"));
      Api.Answer refused = api.post("/v1/recovery-points/" + broken + ":restore", wanted);
      assertThat(refused.status()).isEqualTo(409);
      assertThat(Api.text(refused.body(), "/code")).isEqualTo("recovery-point-not-available");

      guest.power("stop");
      api.succeeds(guest.replicate());
      JsonNode healed = guest.idle();
      assertInPool(healed, "HASHES");
      assertThat(healed.at("/disks/0/base")).isEqualTo(first.path("id"));
      assertThat(verdict(Api.text(healed, "/id"))).isEqualTo("INTACT");
      guest.assertHasAllOf(healed);
      restored(guests, healed).assertContinues(before);
    }
  }

  private static void assertInPool(JsonNode point, String changes) {
    List<String> disks = new ArrayList<>();
    for (JsonNode disk : point.path("disks")) {
      disks.add(Api.text(disk, "/pool") + " " + Api.text(disk, "/changes"));
    }
    assertThat(disks).describedAs("%s", point).containsExactly("plain " + changes);
  }

  private static void flip(String instance, String point) {
    String script = FLIP.formatted(POOL, instance, point);
    assertThat(Lab.on(Lab.host(ProtectedGuest.TARGET), "sh", "-ec", script).get(0)).matches("\\d+");
  }

  private String verdict(String point) {
    Api.Answer verify = api.post("/v1/recovery-points/" + point + ":verify", Map.of());
    return Api.text(api.succeeds(api.accepted(verify).job()), "/result/verdict");
  }

  /** The journal of an instance that is made of the point. */
  private Journal restored(Guests guests, JsonNode point) {
    Map<String, ?> wanted = Map.of("name", Guests.name("restored"));
    Api.Accepted made = guests.restore(Api.text(point, "/id"), wanted);
    api.succeeds(made.job());
    Journal journal = Journal.of(ProtectedGuest.TARGET, made.target());
    api.delete(List.of(made.target()));
    return journal;
  }

  /** Of so much to a volume that no disk fits in; it is thin, and takes no room. */
  private record Promise(Api api, String volume) implements AutoCloseable {
    static Promise ofTheOtherPool(Api api) {
      JsonNode pools = api.get("/v1/hosts/" + ProtectedGuest.TARGET).body().at("/facts/pools");
      long capacity =
          StreamSupport.stream(pools.spliterator(), false)
              .filter(pool -> Api.text(pool, "/name").equals("fast"))
              .mapToLong(pool -> pool.path("capacityBytes").asLong())
              .findFirst()
              .orElseThrow();
      Map<String, ?> wanted =
          Map.of(
              "name",
              Guests.name("promised"),
              "host",
              ProtectedGuest.TARGET,
              "pool",
              "fast",
              "sizeGiB",
              (2 * capacity) >> 30); // a pool is promised twice
      Api.Accepted made = api.accepted(api.post("/v1/volumes", wanted));
      api.succeeds(made.job());
      return new Promise(api, made.target());
    }

    @Override
    public void close() {
      api.succeeds(api.accepted(api.remove("/v1/volumes/" + volume)).job());
    }
  }
}
