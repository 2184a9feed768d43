package io.holdfast.engine.ledger;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.PoolRoomRow;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.ReservedRow;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.engine.placement.PoolUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What pools have, and what is promised of it. Pools of a host on one file system have one room
 * together, and so have pools of several hosts on one storage: what is promised in one of them is
 * promised of all.
 */
public final class PoolRooms {
  private final Map<UUID, List<PoolCapacity>> byHost;

  private PoolRooms(Map<UUID, List<PoolCapacity>> byHost) {
    this.byHost = byHost;
  }

  /** Of all hosts, as they are now. */
  public static PoolRooms of(Daos daos) {
    return of(daos, daos.reservations().sums());
  }

  /** {@code sums}: of all that is promised. */
  static PoolRooms of(Daos daos, List<ReservedRow> sums) {
    List<PoolRow> pools = daos.hosts().allPools();
    Map<Place, PoolRoomRow> told =
        daos.hosts().allRooms().stream()
            .collect(toMap(row -> new Place(row.hostId(), row.name()), row -> row));
    Map<Place, Long> reserved =
        sums.stream()
            .collect(toMap(row -> new Place(row.hostId(), row.pool()), ReservedRow::diskBytes));
    Map<String, String> joined = joined(pools, told);
    Map<String, Long> promised = new HashMap<>();
    for (PoolRow pool : pools) {
      Place place = Place.of(pool);
      promised.merge(room(joined, place), reserved.getOrDefault(place, 0L), Long::sum);
    }
    int overcommit = daos.placement().diskOvercommit();
    int fullPercent = daos.placement().diskFullPercent();
    return new PoolRooms(
        pools.stream()
            .collect(
                groupingBy(
                    PoolRow::hostId,
                    mapping(
                        pool -> {
                          String room = room(joined, Place.of(pool));
                          return new PoolCapacity(
                              pool.name(),
                              pool.capacityBytes(),
                              promised.getOrDefault(room, 0L),
                              pool.reflink(),
                              pool.storage(),
                              overcommit,
                              room,
                              use(told.get(Place.of(pool)), fullPercent));
                        },
                        toList()))));
  }

  /** By name; none of a host that was never discovered. */
  public List<PoolCapacity> of(UUID host) {
    return byHost.getOrDefault(host, List.of());
  }

  private static @Nullable PoolUse use(@Nullable PoolRoomRow told, int fullPercent) {
    return told == null ? null : new PoolUse(told.totalBytes(), told.freeBytes(), fullPercent);
  }

  /** Of each that is not the last of its room, another one of it. */
  private static Map<String, String> joined(List<PoolRow> pools, Map<Place, PoolRoomRow> told) {
    Map<String, String> joined = new HashMap<>();
    for (PoolRow pool : pools) {
      Place place = Place.of(pool);
      if (pool.storage() != null) {
        joined.put(last(joined, place.toString()), last(joined, pool.storage()));
      }
      PoolRoomRow room = told.get(place);
      if (room != null && room.fileSystem() != null) {
        String fileSystem = new Place(pool.hostId(), "on " + room.fileSystem()).toString();
        joined.put(last(joined, place.toString()), last(joined, fileSystem));
      }
    }
    return joined;
  }

  private static String room(Map<String, String> joined, Place pool) {
    return last(joined, pool.toString());
  }

  private static String last(Map<String, String> joined, String one) {
    String next = joined.getOrDefault(one, one);
    return next.equals(one) ? one : last(joined, next);
  }

  private record Place(UUID host, String pool) {
    private static Place of(PoolRow pool) {
      return new Place(pool.hostId(), pool.name());
    }
  }
}
