package io.holdfast.engine.recovery;

import io.holdfast.engine.db.AddressHolder;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.db.UsageRow;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.workflows.model.RunKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that the planner needs to know: a plan, and the world as it is now.
 *
 * @param site the recovery site
 * @param networks all that there are, by id
 * @param mapped where nics of a network go, by its id; one that is not there stays itself, or gets
 *     a bubble in a rehearsal
 * @param inUse networks that instances have on a host now, by its id
 * @param allowance of the plan's project
 * @param addresses what the plan and the ledger say of addresses
 */
public record RecoveryQuestion(
    RunKind kind,
    Instant now,
    UUID site,
    List<AskedTier> tiers,
    List<HostCapacity> hosts,
    Map<UUID, KnownNetwork> networks,
    Map<UUID, UUID> mapped,
    Map<UUID, List<KnownNetwork>> inUse,
    Allowance allowance,
    Addresses addresses) {
  /** The same with other networks in use. */
  public RecoveryQuestion withInUse(Map<UUID, List<KnownNetwork>> others) {
    return new RecoveryQuestion(
        kind, now, site, tiers, hosts, networks, mapped, others, allowance, addresses);
  }

  /**
   * A tier of the plan.
   *
   * @param field where the plan names it
   * @param before what the plan has done before it, whatever run it is for
   * @param after the same, of what comes after it
   */
  public record AskedTier(
      String field,
      String name,
      List<PlanStep> before,
      List<AskedInstance> instances,
      List<PlanStep> after) {}

  /**
   * An instance of the plan.
   *
   * @param field where the plan names it
   * @param group its protection group, or the one that last kept points of it; null: none did
   * @param rpo of that group
   * @param recovered true when another run has let an instance take over from it
   * @param runsOn null when it is on no host
   * @param busy what works on it now, or on its group: a line each
   * @param resources that it gets, or null for those that it had
   * @param addresses that nics of it get
   * @param before what the plan has done before it, whatever run it is for
   * @param after the same, of what comes after it
   * @param points of it, the newest first
   */
  public record AskedInstance(
      String field,
      UUID source,
      String name,
      PointChoice choice,
      @Nullable Instant at,
      @Nullable String group,
      @Nullable Duration rpo,
      boolean recovered,
      @Nullable Source runsOn,
      List<String> busy,
      @Nullable RecoveryResources resources,
      List<NicAddress> addresses,
      List<PlanStep> before,
      List<PlanStep> after,
      List<KnownPoint> points) {}

  /** A project's limits, and what it has reserved of them. */
  public record Allowance(QuotaRow limits, UsageRow used) {}

  /**
   * Addresses.
   *
   * @param kept networks whose nics keep theirs where they go
   * @param taken of networks that the plan's nics go to; empty when it wants none in particular
   */
  public record Addresses(Set<UUID> kept, List<AddressHolder> taken) {}

  /** The host that has an instance. */
  public record Source(String host, boolean reachable) {}

  /**
   * A recovery point, as far as it is of one instance.
   *
   * @param broken true when it was found to be not what it was
   * @param host that has the replicas
   * @param was what the instance had then
   */
  public record KnownPoint(
      UUID id,
      long number,
      boolean broken,
      Instant takenAt,
      @Nullable Instant verifiedAt,
      UUID host,
      NamedSize was,
      List<KnownDisk> disks,
      List<KnownNic> nics) {}

  /** A replica; {@code root}: its Merkle root. */
  public record KnownDisk(String name, long bytes, String root) {}

  /** A nic as it was; {@code address}: null when it is not known any more. */
  public record KnownNic(UUID network, String name, @Nullable String address) {}

  /** {@code cidr}: IPv4. */
  public record KnownNetwork(UUID id, String name, String cidr) {}
}
