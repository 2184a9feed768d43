package io.holdfast.engine.api;

import io.holdfast.engine.db.FencedInstanceRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.InstanceView;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An instance. Its state is derived from the job that works on it and from what its host says.
 *
 * @param uuid of the libvirt domain; the same as id
 * @param mayBeAt name of another host that may have it instead of {@code host}: its last move ended
 *     before that was known; null: it is where it is said to be
 * @param recoveredAs id of the instance that took over from it at another site; null: none did
 * @param flavor its name when the instance was made, or null
 * @param maxVcpus to how many it grows without a restart; vcpus when it cannot
 * @param maxMemoryMiB the same for memory
 * @param addresses what the guest said of itself
 * @param antiAffinity a group whose instances never share a host
 * @param protection what replicates it to another site; null when nothing does
 * @param leaseUntil when it is deleted; null is never
 * @param ownershipEpoch grows each time that another instance takes over, or gives back
 * @param fencing what keeps it from running where it is; null: it may run
 * @param activeJob id of the job that works on it
 * @param lease of that job; null when none works on it
 */
public record InstanceBody(
    UUID id,
    UUID uuid,
    String name,
    @Nullable String site,
    @Nullable String host,
    @Nullable String mayBeAt,
    State state,
    PowerState powerState,
    @Nullable String image,
    @Nullable UUID restoredFrom,
    @Nullable UUID clonedFrom,
    @Nullable UUID recoveredAs,
    @Nullable String flavor,
    int vcpus,
    int memoryMiB,
    int maxVcpus,
    int maxMemoryMiB,
    List<Disk> disks,
    List<Nic> nics,
    List<String> addresses,
    Map<String, String> labels,
    @Nullable String antiAffinity,
    @Nullable Protection protection,
    @Nullable Instant leaseUntil,
    long ownershipEpoch,
    @Nullable Fencing fencing,
    @Nullable UUID activeJob,
    @Nullable LeaseBody lease,
    Instant createdAt) {
  /** ERROR: powerState says what the host found. */
  public enum State {
    PROVISIONING,
    ACTIVE,
    STOPPED,
    MIGRATING,
    DELETING,
    /** Another instance took over from it at another site; this one must not run any more. */
    RECOVERED,
    /**
     * As RECOVERED, and it has run beside the one that took over: each has what the other lacks.
     */
    SPLIT_BRAIN_SUSPECTED,
    ERROR
  }

  /**
   * A disk; the first is the root disk.
   *
   * @param volume id of the volume that was attached; null for a disk of the instance's own
   */
  public record Disk(String name, int sizeGiB, @Nullable UUID volume) {}

  /**
   * A nic.
   *
   * @param ip reserved for it; null until then
   */
  public record Nic(String network, String mac, @Nullable String ip) {}

  /** How far it is that an instance is kept from running where it is. */
  public enum FencingState {
    /** Its host has not been told yet; it is told before it starts anything after a boot. */
    FENCING,
    /** Its host keeps it off. */
    FENCED
  }

  /**
   * What is known of an instance that may not run where it is.
   *
   * @param epoch by which it was taken away
   * @param powerState as its host found it when it was last told; null before that
   * @param writtenAt when its disks were last written, by the host's clock; null when not known
   * @param suspectedAt when it was first found to have run beside the one that took over, or null
   */
  public record Fencing(
      FencingState state,
      long epoch,
      Instant since,
      @Nullable Instant toldAt,
      @Nullable PowerState powerState,
      @Nullable Instant writtenAt,
      @Nullable Instant suspectedAt) {}

  /** PROTECTED: there is a recovery point with it that can be restored now. */
  public enum ProtectionState {
    PROTECTING,
    PROTECTED
  }

  /**
   * What protects an instance.
   *
   * @param group id of its protection group
   * @param restorableAt the moment that its newest recovery point shows; null before one
   */
  public record Protection(
      UUID group, String groupName, ProtectionState state, @Nullable Instant restorableAt) {}

  /** {@code ports} and {@code volumes}: of this instance, in order. */
  public static InstanceBody of(
      InstanceView view, List<PortView> ports, List<VolumeRow> volumes, @Nullable LeaseBody lease) {
    InstanceRow row = view.instance();
    RestoredFrom from = row.spec().restored();
    ComputeSize limit = Objects.requireNonNullElse(row.spec().limit(), row.spec().size());
    return new InstanceBody(
        row.id(),
        row.id(),
        row.name(),
        view.siteName(),
        view.hostName(),
        view.mayBeAt(),
        state(view),
        row.powerState(),
        view.imageName(),
        from == null ? null : from.recoveryPoint(),
        from == null ? null : from.snapshot(),
        view.recoveredAs(),
        row.spec().flavor(),
        row.spec().vcpus(),
        row.spec().memoryMiB(),
        limit.vcpus(),
        limit.memoryMiB(),
        disks(row.spec().diskGiB(), volumes),
        ports.stream().map(p -> new Nic(p.networkName(), p.port().mac(), p.port().ipv4())).toList(),
        row.addresses(),
        row.labels(),
        row.antiAffinity(),
        protection(view),
        row.leaseUntil(),
        view.ownershipEpoch(),
        fencing(view.fenced()),
        view.activeJobId(),
        lease,
        row.createdAt());
  }

  private static State state(InstanceView view) {
    FencedInstanceRow fenced = view.fenced();
    if (view.recoveredAs() == null) {
      return state(view.activeJobKind(), view.instance().powerState());
    }
    return fenced == null || fenced.suspectedAt() == null
        ? State.RECOVERED
        : State.SPLIT_BRAIN_SUSPECTED;
  }

  private static @Nullable Fencing fencing(@Nullable FencedInstanceRow row) {
    return row == null
        ? null
        : new Fencing(
            row.toldAt() == null ? FencingState.FENCING : FencingState.FENCED,
            row.epoch(),
            row.fencedAt(),
            row.toldAt(),
            row.powerState(),
            row.writtenAt(),
            row.suspectedAt());
  }

  private static @Nullable Protection protection(InstanceView view) {
    UUID group = view.groupId();
    String name = view.groupName();
    if (group == null || name == null) {
      return null;
    }
    Instant at = view.restorableAt();
    return new Protection(
        group, name, at == null ? ProtectionState.PROTECTING : ProtectionState.PROTECTED, at);
  }

  private static List<Disk> disks(List<Integer> sizes, List<VolumeRow> volumes) {
    List<Disk> disks = new ArrayList<>();
    for (int size : sizes) {
      disks.add(new Disk(disks.isEmpty() ? "root" : "disk" + disks.size(), size, null));
    }
    volumes.forEach(v -> disks.add(new Disk(v.name(), VolumeBody.gib(v), v.id())));
    return disks;
  }

  static State state(@Nullable JobKind job, PowerState power) {
    if (job == JobKind.CREATE_INSTANCE
        || job == JobKind.RESTORE_POINT
        || job == JobKind.CLONE_SNAPSHOT
        || job == JobKind.PROMOTE_INSTANCE) {
      return State.PROVISIONING;
    }
    if (job == JobKind.DELETE_INSTANCE) {
      return State.DELETING;
    }
    if (job == JobKind.MIGRATE_INSTANCE) {
      return State.MIGRATING;
    }
    return switch (power) {
      case RUNNING -> State.ACTIVE;
      case SHUTOFF -> State.STOPPED;
      case PAUSED, CRASHED, MISSING, UNKNOWN -> State.ERROR;
    };
  }
}
