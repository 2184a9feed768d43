package io.holdfast.workflows.ownership;

import static java.util.stream.Collectors.joining;

import io.holdfast.workflows.activity.FencingAgentActivities;
import io.holdfast.workflows.activity.OwnershipActivities;
import io.holdfast.workflows.activity.OwnershipLedgerActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.FenceOrder;
import io.holdfast.workflows.model.FencedPlace;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.OwnershipOrder;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ProofKind;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that an instance does not run where it was; of one that was on its way to another host,
 * at neither end. Each proof is asked for in a bounded time, the next one when it is not to be had;
 * none is waited for.
 */
public final class Fencing {
  private static final Duration HOST_ANSWERS = Duration.ofSeconds(20);
  private static final Duration LOOKS_AGAIN = Duration.ofSeconds(5);

  private final RecoveryLedgerActivities ledger;

  public Fencing(RecoveryLedgerActivities ledger) {
    this.ledger = ledger;
  }

  /** What proves it, for people. Fails with FENCING_PROOF_MISSING. */
  public String prove(JobId promotion) {
    FenceOrder order = ledger.fenceSource(promotion);
    String known = order.proof();
    if (known != null) {
      return asked(promotion, order, known);
    }
    List<FencedPlace> places = order.places();
    if (places.isEmpty()) {
      throw unproven("it has no host");
    }
    List<String> proofs = new ArrayList<>();
    for (FencedPlace place : places) {
      Proof proof = found(promotion, order, place);
      if (proof.ofAll()) {
        return proof.words();
      }
      proofs.add(proof.words());
    }
    return String.join("; ", proofs);
  }

  /**
   * @param ofAll true of a person's word, which is about each host of the instance
   */
  private record Proof(String words, boolean ofAll) {}

  private Proof found(JobId promotion, FenceOrder order, FencedPlace place) {
    HostRef host = place.host();
    CopyReport copy = hostConfirms(host, new OwnershipOrder(owned(order), place.pool()));
    if (copy != null) {
      if (order.planned()) {
        requireFoundOff(promotion, copy);
      }
      String off =
          "its domain was %s, and is kept off by epoch %d".formatted(copy.state(), copy.epoch());
      return new Proof(
          ledger.recordProof(promotion, ProofKind.HOST_CONFIRMED, host.name(), off), false);
    }
    String cut = order.planned() ? null : agentConfirms(host);
    if (cut != null) {
      return new Proof(ledger.recordProof(promotion, ProofKind.AGENT, host.name(), cut), false);
    }
    Proof ended = order.planned() ? null : leaseEnds(promotion, host);
    if (ended != null) {
      return ended;
    }
    throw unproven(host.name() + ": its worker does not answer");
  }

  private static Ownership owned(FenceOrder order) {
    return Objects.requireNonNull(order.ownership(), "of an instance that has a host");
  }

  private static RuntimeException unproven(String where) {
    return Failures.of(
        FailureType.FENCING_PROOF_MISSING,
        "Nothing proves that the source does not run any more",
        List.of(
            where,
            "no fencing agent has cut its power",
            "no lease of it has expired: no watchdog resets it, or it was heard of again",
            "nobody has given their word since it was heard of: POST /v1/runs/{id}:fence"));
  }

  /**
   * A person's word lets nobody run beside a host that answers all the same: each is asked, for as
   * long as one that lives needs, and keeps its guest off by itself.
   */
  private String asked(JobId promotion, FenceOrder order, String word) {
    List<FencedPlace> places = order.places();
    if (places.isEmpty() || !isWordChecked()) {
      return word;
    }
    return places.stream()
        .map(place -> asked(promotion, new OwnershipOrder(owned(order), place.pool()), place, word))
        .distinct()
        .collect(joining("; "));
  }

  private String asked(JobId promotion, OwnershipOrder order, FencedPlace place, String word) {
    HostRef host = place.host();
    CopyReport copy;
    try {
      copy = Profiles.atOnce(OwnershipActivities.class, host.id(), HOST_ANSWERS).disown(order);
    } catch (ActivityFailure silent) {
      goWithout(silent);
      return word;
    }
    return ledger.recordProof(
        promotion,
        ProofKind.HOST_CONFIRMED,
        host.name(),
        "it answers, whatever was said of it (%s): its domain was %s, and is kept off by epoch %d"
            .formatted(word, copy.state(), copy.epoch()));
  }

  /** A run that an older engine began replays without it. */
  private static boolean isWordChecked() {
    return Workflow.getVersion("word-checked", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /**
   * What it has written since its last point would be lost. It is off now, so that the next attempt
   * would find nothing: the ledger keeps it.
   */
  private void requireFoundOff(JobId promotion, CopyReport copy) {
    if (copy.state() == PowerState.RUNNING || copy.state() == PowerState.PAUSED) {
      ApplicationFailure refusal =
          Failures.of(
              FailureType.RECOVERY_REFUSED,
              "The source was started again after its last recovery point; it is off now, and runs"
                  + " again once the run is cancelled");
      ledger.refuseStarted(promotion, Failures.describe(refusal));
      throw refusal;
    }
  }

  private static @Nullable CopyReport hostConfirms(HostRef host, OwnershipOrder order) {
    try {
      return Profiles.watch(OwnershipActivities.class, host.id(), HOST_ANSWERS).disown(order);
    } catch (ActivityFailure silent) {
      goWithout(silent);
      return null;
    }
  }

  private static @Nullable String agentConfirms(HostRef host) {
    try {
      return Profiles.agent(FencingAgentActivities.class).powerOff(host);
    } catch (ActivityFailure silent) {
      goWithout(silent);
      return null;
    }
  }

  /**
   * Waits until the host's watchdog has reset it, at most as long as the lease that it has now. A
   * person may be quicker; and a host whose lease was extended meanwhile is there again.
   */
  private @Nullable Proof leaseEnds(JobId promotion, HostRef host) {
    if (Workflow.getVersion("lease-ends", Workflow.DEFAULT_VERSION, 1)
        == Workflow.DEFAULT_VERSION) {
      return null; // a run that an older engine began replays without it
    }
    OwnershipLedgerActivities leases = Profiles.inventory(OwnershipLedgerActivities.class);
    Long left = leases.leaseLeft(host.id());
    long bound = Workflow.currentTimeMillis() + (left == null ? 0 : left);
    while (left != null && left > 0 && Workflow.currentTimeMillis() <= bound) {
      Workflow.sleep(Duration.ofMillis(Math.min(left, LOOKS_AGAIN.toMillis())));
      FenceOrder now = ledger.fenceSource(promotion);
      String word = now.proof();
      if (word != null) {
        return new Proof(asked(promotion, now, word), true);
      }
      left = leases.leaseLeft(host.id());
    }
    return left == null || left > 0
        ? null
        : new Proof(
            ledger.recordProof(
                promotion,
                ProofKind.LEASE_EXPIRED,
                host.name(),
                "its lease is over, and its watchdog has reset it"),
            false);
  }

  private static void goWithout(ActivityFailure failure) {
    if (Failures.isCancelled(failure)) {
      throw failure;
    }
    Workflow.getLogger(Fencing.class).info("No proof: {}", failure.getMessage());
  }
}
