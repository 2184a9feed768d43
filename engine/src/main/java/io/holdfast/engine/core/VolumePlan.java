package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The row of a new volume: names resolved, its id derived from the job. */
final class VolumePlan {
  private static final long GIB = 1L << 30;

  private VolumePlan() {}

  static VolumeRow of(Daos daos, NewVolume wanted, UUID jobId, Instant now) {
    InstanceRow near = near(daos, wanted);
    UUID host = near == null ? host(daos, wanted) : near.hostId();
    SiteRow site = InstancePlan.site(daos, wanted.site());
    return new VolumeRow(
        UUID.nameUUIDFromBytes(("volume:" + jobId).getBytes(StandardCharsets.UTF_8)),
        "default",
        wanted.name(),
        bytes(wanted.sizeGiB()),
        site == null ? null : site.id(),
        host,
        pool(daos, wanted, near),
        null,
        null,
        null,
        null,
        wanted.labels(),
        now);
  }

  /** All that it takes to make the row again. */
  static ObjectNode request(VolumeRow row) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("name", row.name()).put("sizeBytes", row.sizeBytes());
    request.put("site", row.siteId() == null ? null : row.siteId().toString());
    request.put("host", row.wantedHost() == null ? null : row.wantedHost().toString());
    request.put("pool", row.wantedPool());
    ObjectNode labels = request.putObject("labels");
    row.labels().forEach(labels::put);
    return request;
  }

  static long bytes(int gib) {
    return gib * GIB;
  }

  /** Whole GiB, rounded up. */
  static int gib(long bytes) {
    return Math.toIntExact((bytes + GIB - 1) / GIB);
  }

  private static @Nullable UUID host(Daos daos, NewVolume wanted) {
    HostRow host = InstancePlan.host(daos, wanted.host(), InstancePlan.site(daos, wanted.site()));
    return host == null ? null : host.id();
  }

  private static @Nullable InstanceRow near(Daos daos, NewVolume wanted) {
    String near = wanted.near();
    if (near == null) {
      return null;
    }
    if (wanted.host() != null || wanted.site() != null) {
      String other = wanted.host() != null ? "host" : "site";
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          other,
          other + ": the instance says where the volume goes; leave one of them out");
    }
    InstanceRow instance =
        Lookup.inField(
            "instance", "instance", near, daos.instances()::findById, daos.instances()::findByName);
    if (instance.hostId() == null) {
      throw new ProblemException(
          ProblemCode.INSTANCE_NOT_PLACED, "The instance was never placed on a host");
    }
    return instance;
  }

  /**
   * Beside disks that several hosts share: else the instance could not move without being copied.
   */
  private static @Nullable String pool(Daos daos, NewVolume wanted, @Nullable InstanceRow near) {
    if (wanted.pool() != null || near == null) {
      return InstancePlan.pool(daos, wanted.pool());
    }
    return daos.hosts().pools(Objects.requireNonNull(near.hostId())).stream()
        .filter(pool -> pool.name().equals(near.pool()) && pool.storage() != null)
        .map(PoolRow::name)
        .findFirst()
        .orElse(null);
  }
}
