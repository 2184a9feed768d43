package io.holdfast.engine.core;

import static io.holdfast.engine.core.PlanDefinitions.invalid;

import io.holdfast.config.CalloutSettings;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.outside.OutsideAddress;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks what a plan has done around its tiers and instances, in the order in which it is done. */
final class PlanStepRules {
  private static final int DEFAULT_SECONDS = 60;
  private static final int DEFAULT_APPROVAL_SECONDS = 3600;
  private static final int LONGEST_CALL_SECONDS = 3600;

  /** A rehearsal does what its plan says that it does, and nothing to anybody outside unasked. */
  private static final List<RunKind> UNLESS_SAID =
      List.of(RunKind.DISASTER_RECOVERY, RunKind.PLANNED_MIGRATION, RunKind.FAILBACK);

  private final Daos daos;
  private final CalloutSettings callouts;
  private final Set<String> names = new HashSet<>();
  private final Set<UUID> recovered = new HashSet<>();

  PlanStepRules(Daos daos, CalloutSettings callouts) {
    this.daos = daos;
    this.callouts = callouts;
  }

  /** From here on these can be given commands. */
  void recovered(List<PlanDefinition.Member> members) {
    members.forEach(member -> recovered.add(member.instance()));
  }

  /** Of steps before an instance, whose guest is not there yet. */
  List<PlanStep> before(String field, List<NewRecoveryPlan.Step> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i).kind() == PlanStepKind.COMMAND) {
        throw invalid(
            field + "[" + i + "].kind",
            "the guest is not there yet: have the command after it, or before its tier in another");
      }
    }
    return of(field, wanted);
  }

  /** Of steps after an instance: its own guest is there, whatever else of its tier is. */
  List<PlanStep> after(String field, InstanceRow own, List<NewRecoveryPlan.Step> wanted) {
    List<PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      steps.add(step(field + "[" + i + "]", wanted.get(i), own));
    }
    return steps;
  }

  List<PlanStep> of(String field, List<NewRecoveryPlan.Step> wanted) {
    List<PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      steps.add(step(field + "[" + i + "]", wanted.get(i), null));
    }
    return steps;
  }

  private PlanStep step(String field, NewRecoveryPlan.Step wanted, @Nullable InstanceRow own) {
    if (!names.add(wanted.name())) {
      throw invalid(field + ".name", "another step of the plan is called " + wanted.name());
    }
    if (wanted.runs().contains(RunKind.REPROTECT)) {
      throw invalid(field + ".runs", "a REPROTECT recovers no tier, so it has no such steps");
    }
    InstanceRow instance = null;
    switch (wanted.kind()) {
      case CALLOUT -> {
        require(wanted.url(), field + ".url");
        requireAddress(field + ".url", String.valueOf(wanted.url()));
        if (!callouts.wanted()) {
          throw invalid(
              field + ".kind", "this engine has no secret to sign callouts with (callouts.secret)");
        }
        requireAllowed(field + ".url", new OutsideAddress(String.valueOf(wanted.url())));
      }
      case APPROVAL -> require(wanted.message(), field + ".message");
      case COMMAND -> {
        require(wanted.command().isEmpty() ? null : wanted.command(), field + ".command");
        instance = own == null ? guest(field + ".instance", wanted) : own(field, wanted, own);
      }
    }
    return new PlanStep(
        wanted.name(),
        wanted.kind(),
        wanted.runs().isEmpty() ? UNLESS_SAID : wanted.runs(),
        wanted.url(),
        wanted.message(),
        instance == null ? null : instance.id(),
        instance == null ? null : instance.name(),
        wanted.command(),
        seconds(field + ".timeoutSeconds", wanted),
        wanted.onFailure(),
        wanted.attempts());
  }

  private InstanceRow guest(String field, NewRecoveryPlan.Step wanted) {
    require(wanted.instance(), field);
    InstanceRow instance = instance(field, String.valueOf(wanted.instance()));
    if (!recovered.contains(instance.id())) {
      throw invalid(
          field,
          instance.name()
              + " is not recovered by then: name it in this tier, for a step after it, or before");
    }
    return instance;
  }

  private InstanceRow own(String field, NewRecoveryPlan.Step wanted, InstanceRow own) {
    if (wanted.instance() != null
        && !instance(field + ".instance", wanted.instance()).id().equals(own.id())) {
      throw invalid(field + ".instance", "the command after " + own.name() + " is run in itself");
    }
    return own;
  }

  private InstanceRow instance(String field, String reference) {
    return Lookup.inField(
        "instance", field, reference, daos.instances()::findById, daos.instances()::findByName);
  }

  private static int seconds(String field, NewRecoveryPlan.Step wanted) {
    boolean asks = wanted.kind() == PlanStepKind.APPROVAL;
    Integer seconds = wanted.timeoutSeconds();
    if (seconds == null) {
      return asks ? DEFAULT_APPROVAL_SECONDS : DEFAULT_SECONDS;
    }
    if (!asks && seconds > LONGEST_CALL_SECONDS) {
      throw invalid(field, "at most %d for a step of this kind".formatted(LONGEST_CALL_SECONDS));
    }
    return seconds;
  }

  private static void requireAddress(String field, String url) {
    try {
      if (new URI(url).getHost() != null) {
        return;
      }
    } catch (URISyntaxException wrong) {
      throw invalid(field, String.valueOf(wrong.getMessage()));
    }
    throw invalid(field, url + " names no host");
  }

  private void requireAllowed(String field, OutsideAddress address) {
    if (!address.isPlain()) {
      throw invalid(field, OutsideAddress.PLAIN_MESSAGE);
    }
    if (!address.isAmong(callouts.prefixes())) {
      throw invalid(
          field, "is not among the addresses that this engine may tell (callouts.prefixes)");
    }
  }

  private static void require(@Nullable Object there, String field) {
    if (there == null) {
      throw invalid(field, "must be given for a step of this kind");
    }
  }
}
