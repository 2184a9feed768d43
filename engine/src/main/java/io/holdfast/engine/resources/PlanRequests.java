package io.holdfast.engine.resources;

import io.holdfast.engine.api.EditRunRequest;
import io.holdfast.engine.api.FailoverRequest.FencingRequest;
import io.holdfast.engine.api.PlanStepRequest;
import io.holdfast.engine.api.RecoveryPlanRequest;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanMapping;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanMember;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanProbe;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanResources;
import io.holdfast.engine.api.RecoveryPlanRequest.PlanTier;
import io.holdfast.engine.core.NewRecoveryPlan;
import io.holdfast.engine.core.RunEditing;
import io.holdfast.engine.core.RunService.Proof;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanDefinition.Probe;
import io.holdfast.engine.db.RecoveryResources;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests about recovery plans, as the core takes them. */
final class PlanRequests {
  private PlanRequests() {}

  static NewRecoveryPlan wanted(RecoveryPlanRequest request) {
    return new NewRecoveryPlan(
        request.name(),
        request.recoverySite(),
        request.tiers().stream().map(PlanRequests::tier).toList(),
        request.networks().stream().map(PlanRequests::mapping).toList(),
        new NewRecoveryPlan.Policy(
            Objects.requireNonNull(request.policy().verifiedFor()),
            Objects.requireNonNull(request.policy().twoPersons())));
  }

  private static NewRecoveryPlan.Mapping mapping(PlanMapping mapping) {
    return new NewRecoveryPlan.Mapping(
        mapping.from(),
        mapping.failover(),
        mapping.test(),
        Objects.requireNonNull(mapping.addresses()));
  }

  static Proof proof(FencingRequest request) {
    return new Proof(request.proof().name(), request.reason(), request.instance());
  }

  static List<RunEditing.Edit> edits(EditRunRequest request) {
    return request.instances().stream()
        .map(
            one ->
                new RunEditing.Edit(
                    one.instance(),
                    one.point(),
                    one.at(),
                    one.probes() == null ? null : probes(one.probes()),
                    Boolean.TRUE.equals(one.leaveOut())))
        .toList();
  }

  private static NewRecoveryPlan.Tier tier(PlanTier tier) {
    return new NewRecoveryPlan.Tier(
        tier.name(),
        Objects.requireNonNull(tier.parallel()),
        tier.instances().stream().map(PlanRequests::member).toList(),
        tier.protectionGroups(),
        probes(tier.probes()),
        tier.before().stream().map(PlanRequests::step).toList(),
        tier.after().stream().map(PlanRequests::step).toList());
  }

  private static NewRecoveryPlan.Member member(PlanMember member) {
    return new NewRecoveryPlan.Member(
        member.instance(),
        Objects.requireNonNull(member.point()),
        member.at(),
        probes(member.probes()),
        Objects.requireNonNull(member.onFailure()),
        Objects.requireNonNull(member.attempts()),
        resources(member.resources()),
        member.addresses().stream()
            .map(one -> new NicAddress(Objects.requireNonNull(one.nic()), one.address()))
            .toList(),
        member.before().stream().map(PlanRequests::step).toList(),
        member.after().stream().map(PlanRequests::step).toList());
  }

  private static @Nullable RecoveryResources resources(@Nullable PlanResources resources) {
    return resources == null
        ? null
        : new RecoveryResources(resources.vcpus(), resources.memoryMiB(), null);
  }

  private static NewRecoveryPlan.Step step(PlanStepRequest step) {
    return new NewRecoveryPlan.Step(
        step.name(),
        step.kind(),
        step.runs(),
        step.url(),
        step.message(),
        step.instance(),
        step.command(),
        step.timeoutSeconds(),
        Objects.requireNonNull(step.onFailure()),
        Objects.requireNonNull(step.attempts()));
  }

  private static List<Probe> probes(List<PlanProbe> probes) {
    return probes.stream()
        .map(
            probe ->
                new Probe(
                    probe.kind(),
                    Optional.ofNullable(probe.port()).orElse(0),
                    probe.path(),
                    Objects.requireNonNull(probe.status()),
                    probe.text(),
                    probe.command(),
                    Objects.requireNonNull(probe.timeoutSeconds())))
        .toList();
  }
}
