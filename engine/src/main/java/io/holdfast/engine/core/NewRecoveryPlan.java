package io.holdfast.engine.core;

import io.holdfast.engine.db.PlanDefinition.Probe;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.workflows.model.FailurePolicy;
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
      List<Probe> probes) {}

  /** See {@link io.holdfast.engine.db.PlanDefinition.Member}. */
  public record Member(
      String instance,
      PointChoice point,
      @Nullable Instant at,
      List<Probe> probes,
      FailurePolicy onFailure,
      int attempts) {}

  /** See {@link io.holdfast.engine.db.PlanDefinition.Mapping}. */
  public record Mapping(String from, @Nullable String failover, @Nullable String test) {}

  /** See {@link io.holdfast.engine.db.PlanDefinition.Policy}; {@code verifiedFor}: ISO 8601. */
  public record Policy(String verifiedFor, boolean twoPersons) {}
}
