package io.holdfast.engine.recovery;

import io.holdfast.engine.recovery.PlannedRun.PlannedNic;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedInstance;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNetwork;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNic;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownPoint;
import io.holdfast.engine.recovery.RunRefusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says which network each nic of an instance goes to, and with which address. */
final class NicPlanner {
  /** What a rehearsal's own network is called in plans. */
  private static final String BUBBLE = "(isolated)";

  private final RecoveryQuestion question;
  private final AddressChooser addresses;
  private final AskedInstance asked;
  private final UUID host;
  private final List<PlannedNic> nics = new ArrayList<>();
  private final List<RunRefusal> refusals = new ArrayList<>();

  private NicPlanner(
      RecoveryQuestion question, AddressChooser addresses, AskedInstance asked, UUID host) {
    this.question = question;
    this.addresses = addresses;
    this.asked = asked;
    this.host = host;
  }

  /** In the order of the instance's nics. */
  record Nics(List<PlannedNic> nics, List<RunRefusal> refusals) {}

  static Nics plan(
      RecoveryQuestion question, AddressChooser addresses, AskedInstance asked, KnownPoint point) {
    NicPlanner planner = new NicPlanner(question, addresses, asked, point.host());
    for (int i = 0; i < point.nics().size(); i++) {
      planner.plan(i, point.nics().get(i));
    }
    return new Nics(List.copyOf(planner.nics), List.copyOf(planner.refusals));
  }

  private void plan(int position, KnownNic nic) {
    UUID to = question.mapped().get(nic.network());
    KnownNetwork own = question.networks().get(nic.network());
    if (to == null && question.kind().rehearses() && own != null) {
      bubble(nic, own);
      return;
    }
    KnownNetwork network = question.networks().get(to == null ? nic.network() : to);
    if (network == null) {
      refuse(
          Reason.UNKNOWN_NETWORK,
          to == null
              ? "its network %s was deleted, and is mapped to no other".formatted(nic.name())
              : "the network that %s is mapped to was deleted".formatted(nic.name()));
      return;
    }
    requireFree(network.id(), network);
    AddressChooser.Choice choice = addresses.choose(asked, position, nic, network);
    if (choice.reason() != null) {
      refuse(choice.reason(), choice.words());
    }
    nics.add(
        new PlannedNic(nic.network(), nic.name(), network.id(), network.name(), choice.address()));
  }

  /** Two networks with the same addresses on one host would take each other's packets. */
  private void bubble(KnownNic nic, KnownNetwork own) {
    requireFree(null, own);
    nics.add(new PlannedNic(nic.network(), nic.name(), null, BUBBLE, nic.address()));
  }

  private void requireFree(@Nullable UUID itself, KnownNetwork wanted) {
    question.inUse().getOrDefault(host, List.of()).stream()
        .filter(used -> used.cidr().equals(wanted.cidr()) && !used.id().equals(itself))
        .findFirst()
        .ifPresent(
            used ->
                refuse(
                    Reason.NETWORK_IN_THE_WAY,
                    "the host uses %s by network %s".formatted(used.cidr(), used.name())));
  }

  private void refuse(Reason reason, String words) {
    refusals.add(new RunRefusal(reason, asked.field(), asked.name(), null, words, true));
  }
}
