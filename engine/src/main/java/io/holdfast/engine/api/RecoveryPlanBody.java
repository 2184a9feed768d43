package io.holdfast.engine.api;

import io.holdfast.engine.api.RecoveryPlanRequest.PlanAddress;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanMapping;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanMember;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanPolicy;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanProbe;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanResources;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanTier;
import io.holdfast.engine.core.RecoveryPlanService.Named;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.recovery.Readiness;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A recovery plan.
 *
 * @param version grows by one with each change; also the ETag
 */
public record RecoveryPlanBody(
    UUID id,
    String name,
    String recoverySite,
    long version,
    List<PlanTier> tiers,
    List<PlanMapping> networks,
    PlanPolicy policy,
    PlanReadiness readiness,
    Instant createdAt,
    Instant changedAt) {

  /**
   * As a person sees it.
   *
   * @param whole with the queries of callouts' addresses, which may have secrets in them: for
   *     whoever may change the plan, and sends back what was read
   */
  public static RecoveryPlanBody of(Named named, boolean whole) {
    RecoveryPlanRow plan = named.plan();
    return new RecoveryPlanBody(
        plan.id(),
        plan.name(),
        named.site(),
        plan.version(),
        plan.definition().tiers().stream().map(tier -> tier(tier, whole)).toList(),
        plan.definition().networks().stream().map(one -> mapping(one, named.networks())).toList(),
        new PlanPolicy(plan.definition().verifiedFor().toString(), plan.definition().twoPersons()),
        PlanReadiness.of(named.readiness()),
        plan.createdAt(),
        plan.changedAt());
  }

  /**
   * Whether the plan could be carried out, and was proven; not what its runs do.
   *
   * @param until when a passed drill proves it no longer; null unless VERIFIED
   * @param reasons why it is not VERIFIED
   * @param run the drill that says so, or null
   */
  public record PlanReadiness(
      Readiness.State state, @Nullable Instant until, List<String> reasons, @Nullable UUID run) {
    static PlanReadiness of(Readiness readiness) {
      return new PlanReadiness(
          readiness.state(), readiness.until(), readiness.reasons(), readiness.run());
    }
  }

  private static PlanTier tier(PlanDefinition.Tier tier, boolean whole) {
    return new PlanTier(
        tier.name(),
        tier.parallel(),
        tier.members().stream().map(one -> member(one, whole)).toList(),
        tier.groups().stream().map(PlanDefinition.Group::name).toList(),
        tier.probes().stream().map(RecoveryPlanBody::probe).toList(),
        steps(tier.before(), whole),
        steps(tier.after(), whole));
  }

  private static PlanMember member(PlanDefinition.Member member, boolean whole) {
    return new PlanMember(
        member.name(),
        member.point(),
        member.at(),
        member.probes().stream().map(RecoveryPlanBody::probe).toList(),
        member.onFailure(),
        member.attempts(),
        resources(member.resources()),
        member.addresses().stream().map(one -> new PlanAddress(one.nic(), one.address())).toList(),
        steps(member.before(), whole),
        steps(member.after(), whole));
  }

  private static List<PlanStepRequest> steps(List<PlanStep> steps, boolean whole) {
    return steps.stream().map(step -> PlanStepRequest.of(step, whole)).toList();
  }

  private static @Nullable PlanResources resources(@Nullable RecoveryResources resources) {
    return resources == null ? null : new PlanResources(resources.vcpus(), resources.memoryMiB());
  }

  private static PlanProbe probe(PlanDefinition.Probe probe) {
    return new PlanProbe(
        probe.kind(),
        probe.port() == 0 ? null : probe.port(),
        probe.path(),
        probe.status(),
        probe.text(),
        probe.command(),
        probe.timeoutSeconds());
  }

  private static PlanMapping mapping(PlanDefinition.Mapping mapping, Map<UUID, String> names) {
    return new PlanMapping(
        String.valueOf(names.get(mapping.from())),
        name(mapping.failover(), names),
        name(mapping.test(), names),
        mapping.addresses());
  }

  private static @Nullable String name(@Nullable UUID network, Map<UUID, String> names) {
    return network == null ? null : names.get(network);
  }
}
