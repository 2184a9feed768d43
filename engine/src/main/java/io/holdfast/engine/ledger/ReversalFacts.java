package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionGroupState;
import io.holdfast.engine.recovery.PlannedReversal;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.engine.recovery.ReversalPlanner;
import io.holdfast.engine.recovery.ReversalQuestion;
import io.holdfast.engine.recovery.ReversalQuestion.AskedCopy;
import io.holdfast.engine.recovery.ReversalQuestion.AskedGroup;
import io.holdfast.engine.recovery.ReversalQuestion.Place;
import io.holdfast.engine.recovery.ReversalQuestion.Successor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gathers what is to be known before a plan's direction is turned; inside a transaction. */
public final class ReversalFacts {
  private final Daos daos;

  public ReversalFacts(Daos daos) {
    this.daos = daos;
  }

  /** What a turn would do now. {@code site}: the plan's recovery site. */
  public PlannedReversal plan(PlanDefinition plan, UUID site) {
    List<AskedCopy> copies = new ArrayList<>();
    List<PlanDefinition.Tier> tiers = PlanTiers.of(daos, plan);
    for (int i = 0; i < tiers.size(); i++) {
      for (PlanDefinition.Member member : tiers.get(i).members()) {
        copies.add(copy("tiers[" + i + "]", member));
      }
    }
    List<AskedGroup> groups =
        copies.stream()
            .map(AskedCopy::group)
            .filter(Objects::nonNull)
            .distinct()
            .flatMap(id -> daos.protectionGroups().findById(id).stream())
            .map(this::group)
            .toList();
    return ReversalPlanner.plan(new ReversalQuestion(site, copies, groups));
  }

  /** As {@link #plan}, in the shape of other runs: what was recovered is what is turned. */
  public PlannedRun asRun(PlanDefinition plan, UUID site) {
    List<PlannedRun.PlannedTier> tiers =
        PlanTiers.of(daos, plan).stream()
            .map(
                tier ->
                    new PlannedRun.PlannedTier(
                        tier.name(),
                        List.of(),
                        tier.members().stream().map(this::instance).toList(),
                        List.of()))
            .toList();
    return new PlannedRun(tiers, plan(plan, site).refusals());
  }

  private PlannedRun.PlannedInstance instance(PlanDefinition.Member member) {
    boolean recovered = daos.planRuns().promotedFrom(member.instance()).isPresent();
    return PlannedRun.PlannedInstance.of(member.instance(), member.name(), recovered, null);
  }

  private AskedCopy copy(String field, PlanDefinition.Member member) {
    UUID source = member.instance();
    return new AskedCopy(
        field,
        source,
        member.name(),
        daos.planRuns()
            .promotedFrom(source)
            .flatMap(daos.instances()::findById)
            .map(this::successor)
            .orElse(null),
        place(source),
        daos.protectionGroups().groupOf(source).orElse(null));
  }

  private Successor successor(InstanceRow row) {
    return new Successor(
        row.id(),
        row.name(),
        host(row).map(HostRow::siteId).orElse(null),
        daos.protectionGroups()
            .groupOf(row.id())
            .flatMap(daos.protectionGroups()::findById)
            .map(ProtectionGroupRow::name)
            .orElse(null));
  }

  private @Nullable Place place(UUID source) {
    return daos.instances()
        .findById(source)
        .filter(row -> row.pool() != null)
        .flatMap(this::host)
        .map(
            host ->
                new Place(
                    host.name(),
                    host.unreachableSince() == null,
                    host.siteId(),
                    daos.sites().findById(host.siteId()).orElseThrow().name()))
        .orElse(null);
  }

  private Optional<HostRow> host(InstanceRow row) {
    return Optional.ofNullable(row.hostId()).flatMap(daos.hosts()::findById);
  }

  private AskedGroup group(ProtectionGroupRow row) {
    return new AskedGroup(
        row.id(),
        row.name(),
        row.state() == ProtectionGroupState.ACTIVE,
        daos.protectionGroups().members(row.id()).stream()
            .map(member -> new AskedGroup.Member(member.instanceId(), member.instanceName()))
            .toList());
  }
}
