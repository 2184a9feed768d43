package io.holdfast.engine.db;

import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * An instance, from the acceptance of its create until the end of its delete. What happens to it is
 * never written here: that is its active job.
 *
 * @param imageId null when it was restored from a recovery point
 * @param siteId asked for, or null
 * @param wantedHost asked for, or null
 * @param hostId where it was placed, or null
 * @param addresses what the guest said of itself
 * @param antiAffinity a group whose instances never share a host, or null
 * @param leaseUntil when it is deleted; null is never
 * @param revision grows with each change of labels and lease
 */
public record InstanceRow(
    UUID id,
    String project,
    String name,
    @Json WantedInstance spec,
    @Nullable UUID imageId,
    @Nullable UUID siteId,
    @Nullable UUID wantedHost,
    @Nullable UUID hostId,
    @Nullable String pool,
    PowerState powerState,
    @Nullable Instant powerSeenAt,
    @Json Map<String, String> labels,
    @Json List<String> addresses,
    @Nullable String antiAffinity,
    @Nullable Instant leaseUntil,
    long revision,
    Instant createdAt) {
  /** One whose disks are to start as replicas on a host. */
  public static InstanceRow restored(
      UUID id,
      String name,
      WantedInstance spec,
      UUID host,
      Map<String, String> labels,
      @Nullable String antiAffinity,
      @Nullable Instant leaseUntil,
      Instant now) {
    return new InstanceRow(
        id,
        "default",
        name,
        spec,
        null,
        null,
        host,
        null,
        null,
        PowerState.UNKNOWN,
        null,
        labels,
        List.of(),
        antiAffinity,
        leaseUntil,
        0,
        now);
  }

  /** The same, on whichever host of a site. */
  public InstanceRow anywhereAt(UUID site) {
    return new InstanceRow(
        id,
        project,
        name,
        spec,
        imageId,
        site,
        null,
        hostId,
        pool,
        powerState,
        powerSeenAt,
        labels,
        addresses,
        antiAffinity,
        leaseUntil,
        revision,
        createdAt);
  }
}
