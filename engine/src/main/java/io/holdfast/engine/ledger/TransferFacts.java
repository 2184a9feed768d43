package io.holdfast.engine.ledger;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.placement.TransferPlanner.Guest;
import io.holdfast.engine.placement.TransferPlanner.Limit;
import io.holdfast.engine.placement.TransferPlanner.Part;
import io.holdfast.engine.placement.TransferPlanner.Question;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StreamLimit;
import io.holdfast.workflows.model.VolumeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the ledger knows of what a move has to bring to its target; inside a transaction. */
final class TransferFacts {
  private static final String EMULATED = "qemu";
  private static final long MIB = 1L << 20;

  private final Daos daos;

  TransferFacts(Daos daos) {
    this.daos = daos;
  }

  /** {@code request}: of the move, see {@link MigrationRequests}. */
  Question question(
      InstanceRow instance,
      JsonNode request,
      UUID sourceHost,
      UUID targetHost,
      String targetPool,
      boolean shared,
      Instant now) {
    HostRow source = Lookups.host(daos, sourceHost);
    HostFacts host = source.facts();
    MigrationLimits limits = MigrationRequests.limits(request);
    return new Question(
        guest(instance, request),
        host != null && host.domainType().equals(EMULATED),
        instance.spec().memoryMiB() * MIB,
        limits.maxDowntimeMillis(),
        shared,
        parts(instance, targetHost, targetPool),
        limits(source, targetHost, limits, now));
  }

  static boolean isLive(JsonNode request, InstanceRow instance) {
    return switch (MigrationRequests.mode(request)) {
      case LIVE -> true;
      case COLD -> false;
      case AUTO -> instance.powerState() == PowerState.RUNNING;
    };
  }

  private static Guest guest(InstanceRow instance, JsonNode request) {
    if (isLive(request, instance)) {
      return Guest.RUNS_ON;
    }
    return instance.powerState() == PowerState.SHUTOFF ? Guest.IS_OFF : Guest.IS_SHUT_DOWN;
  }

  private List<Part> parts(InstanceRow instance, UUID targetHost, String targetPool) {
    Set<String> replicas =
        daos.migrations().bases(instance.id(), targetHost, targetPool).stream()
            .map(RecoveryPointDiskRow::disk)
            .collect(toSet());
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < instance.spec().diskGiB().size(); i++) {
      DiskSpec disk = InstanceSpecs.disk(i, instance.spec());
      parts.add(new Part("disk " + disk.name(), disk.sizeBytes(), replicas.contains(disk.name())));
    }
    for (VolumeRow volume : daos.volumes().attachedTo(List.of(instance.id()))) {
      String disk = new VolumeId(volume.id()).disk();
      parts.add(new Part("volume " + volume.name(), volume.sizeBytes(), replicas.contains(disk)));
    }
    for (SnapshotRow snapshot : daos.snapshots().ofInstance(instance.id())) {
      parts.add(
          new Part(
              "snapshot " + snapshot.name(),
              Objects.requireNonNullElse(snapshot.claimedBytes(), snapshot.sizeBytes()),
              false));
    }
    return parts;
  }

  /** What the source's host may take of its link by itself is its own setting, and not known. */
  private List<Limit> limits(HostRow source, UUID targetHost, MigrationLimits asked, Instant now) {
    List<Limit> limits = new ArrayList<>();
    if (asked.bandwidthMiBps() > 0) {
      limits.add(new Limit("its own limit", asked.bandwidthMiBps() * MIB));
    }
    @Nullable StreamLimit between = new StreamLimits(daos).between(source.id(), targetHost);
    if (between != null && between.at(now) > 0) {
      limits.add(
          new Limit(
              "what all streams of %s to the other site may take now".formatted(source.name()),
              between.at(now)));
    }
    return limits;
  }
}
