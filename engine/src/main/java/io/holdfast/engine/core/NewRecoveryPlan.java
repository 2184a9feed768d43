package io.holdfast.engine.core;

import io.holdfast.engine.db.AddressRule;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanDefinition.Probe;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller wants a recovery plan to be; things by id or name. */
public record NewRecoveryPlan(
    String name, String recoverySite, List<Tier> tiers, List<Mapping> networks, Policy policy) {

  /** See {@link io.holdfast.engine.db.PlanDefinition.Tier}. */
  public record Tier(
      String name,
      int parallel,
      List<Member> instances,
      List<String> protectionGroups,
      List<Probe> probes,
      List<Step> before,
      List<Step> after) {}

  /** See {@link io.holdfast.engine.db.PlanStep}; null for what holds unless said. */
  public record Step(
      String name,
      PlanStepKind kind,
      List<RunKind> runs,
      @Nullable String url,
      @Nullable String message,
      @Nullable String instance,
      List<String> command,
      @Nullable Integer timeoutSeconds,
      FailurePolicy onFailure,
      int attempts) {}

  /** See {@link io.holdfast.engine.db.PlanDefinition.Member}. */
  public record Member(
      String instance,
      PointChoice point,
      @Nullable Instant at,
      List<Probe> probes,
      FailurePolicy onFailure,
      int attempts,
      @Nullable RecoveryResources resources,
      List<NicAddress> addresses,
      List<Step> before,
      List<Step> after) {}

  /** See {@link io.holdfast.engine.db.PlanDefinition.Mapping}. */
  public record Mapping(
      String from, @Nullable String failover, @Nullable String test, AddressRule addresses) {}

  /** See {@link io.holdfast.engine.db.PlanDefinition.Policy}; {@code verifiedFor}: ISO 8601. */
  public record Policy(String verifiedFor, boolean twoPersons) {}
}
