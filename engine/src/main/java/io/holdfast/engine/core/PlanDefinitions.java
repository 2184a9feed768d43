package io.holdfast.engine.core;

import io.holdfast.config.CalloutSettings;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanDefinition.Probe;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks what a recovery plan says, and turns names into ids. */
final class PlanDefinitions {
  private static final Duration LEAST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(366);

  private final Daos daos;
  private final PlanStepRules steps;
  private final PlanAddressRules addresses;
  private final Set<String> tierNames = new HashSet<>();
  private final Set<UUID> instances = new HashSet<>();

  private PlanDefinitions(Daos daos, PlanStepRules steps, PlanAddressRules addresses) {
    this.daos = daos;
    this.steps = steps;
    this.addresses = addresses;
  }

  /** {@code callouts}: whether there is a secret to sign them with, and where they may go. */
  static PlanDefinition of(Daos daos, NewRecoveryPlan wanted, CalloutSettings callouts) {
    List<PlanDefinition.Mapping> networks = new PlanNetworks(daos).of(wanted.networks());
    PlanDefinitions definitions =
        new PlanDefinitions(
            daos, new PlanStepRules(daos, callouts), new PlanAddressRules(daos, networks));
    List<PlanDefinition.Tier> tiers = new ArrayList<>();
    for (int i = 0; i < wanted.tiers().size(); i++) {
      tiers.add(definitions.tier("tiers[" + i + "]", wanted.tiers().get(i)));
    }
    return new PlanDefinition(tiers, networks, policy(wanted.policy()));
  }

  private static PlanDefinition.Policy policy(NewRecoveryPlan.Policy wanted) {
    Duration verifiedFor =
        IsoDuration.of("policy.verifiedFor", wanted.verifiedFor(), LEAST, LONGEST);
    return new PlanDefinition.Policy(verifiedFor.toMillis(), wanted.twoPersons());
  }

  private PlanDefinition.Tier tier(String field, NewRecoveryPlan.Tier tier) {
    if (!tierNames.add(tier.name())) {
      throw invalid(field + ".name", "another tier is called " + tier.name());
    }
    if (tier.instances().isEmpty() && tier.protectionGroups().isEmpty()) {
      throw invalid(field + ".instances", "a tier has instances or protection groups");
    }
    List<PlanDefinition.Member> members = new ArrayList<>();
    for (int i = 0; i < tier.instances().size(); i++) {
      members.add(member(field + ".instances[" + i + "]", tier.instances().get(i)));
    }
    List<PlanDefinition.Group> groups = new ArrayList<>();
    for (int i = 0; i < tier.protectionGroups().size(); i++) {
      ProtectionGroupRow group =
          Lookup.inField(
              "protection group",
              field + ".protectionGroups[" + i + "]",
              tier.protectionGroups().get(i),
              daos.protectionGroups()::findById,
              daos.protectionGroups()::findByName);
      groups.add(new PlanDefinition.Group(group.id(), group.name()));
    }
    requireWhole(field, tier.probes());
    List<PlanStep> before = steps.of(field + ".before", tier.before());
    steps.recovered(members);
    List<PlanStep> after = steps.of(field + ".after", tier.after());
    return new PlanDefinition.Tier(
        tier.name(), tier.parallel(), members, groups, tier.probes(), before, after);
  }

  private PlanDefinition.Member member(String field, NewRecoveryPlan.Member wanted) {
    InstanceRow instance =
        Lookup.inField(
            "instance",
            field + ".instance",
            wanted.instance(),
            daos.instances()::findById,
            daos.instances()::findByName);
    if (!instances.add(instance.id())) {
      throw invalid(field + ".instance", instance.name() + " is in the plan twice");
    }
    requireTime(field, wanted.point(), wanted.at());
    requireWhole(field, wanted.probes());
    return new PlanDefinition.Member(
        instance.id(),
        instance.name(),
        wanted.point(),
        wanted.at(),
        wanted.probes(),
        wanted.onFailure(),
        wanted.attempts(),
        resources(field + ".resources", wanted.resources()),
        addresses.of(field + ".addresses", instance, wanted.addresses()),
        steps.before(field + ".before", wanted.before()),
        steps.after(field + ".after", instance, wanted.after()));
  }

  private static @Nullable RecoveryResources resources(
      String field, @Nullable RecoveryResources wanted) {
    if (wanted != null && wanted.vcpus() == null && wanted.memoryMiB() == null) {
      throw invalid(field, "vcpus or memoryMiB must be given");
    }
    return wanted;
  }

  static void requireTime(String field, @Nullable PointChoice point, @Nullable Instant at) {
    if ((at != null) != (point == PointChoice.AT)) {
      throw invalid(field + ".at", "is given with point AT, and with no other");
    }
  }

  static void requireWhole(String field, List<Probe> probes) {
    for (int i = 0; i < probes.size(); i++) {
      String where = field + ".probes[" + i + "]";
      Probe probe = probes.get(i);
      switch (probe.kind()) {
        case TCP, HTTP -> require(probe.port() > 0, where + ".port");
        case CONSOLE -> require(probe.text() != null, where + ".text");
        case COMMAND -> require(!probe.command().isEmpty(), where + ".command");
        case AGENT -> {} // needs nothing more
      }
    }
  }

  private static void require(boolean there, String field) {
    if (!there) {
      throw invalid(field, "must be given for a probe of this kind");
    }
  }

  static ProblemException invalid(String field, String words) {
    return ProblemException.ofField(ProblemCode.INVALID_FIELD, field, field + ": " + words);
  }
}
