package io.holdfast.engine.recovery;

import io.holdfast.engine.db.AddressHolder;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.placement.AddressPlanner;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedInstance;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNetwork;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNic;
import io.holdfast.engine.recovery.RunRefusal.Reason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says which addresses nics get in the networks that they go to, each to one of them. */
final class AddressChooser {
  private final RecoveryQuestion question;
  private final Map<UUID, Map<String, AddressHolder>> taken = new HashMap<>();
  private final Map<UUID, Set<String>> planned = new HashMap<>();

  AddressChooser(RecoveryQuestion question) {
    this.question = question;
    for (AddressHolder one : question.addresses().taken()) {
      taken.computeIfAbsent(one.networkId(), id -> new HashMap<>()).put(one.ipv4(), one);
    }
  }

  /**
   * What was chosen.
   *
   * @param address null for the first that is free, or when there is a refusal
   * @param reason why it cannot be, or null
   */
  record Choice(@Nullable String address, @Nullable Reason reason, String words) {
    private static Choice refused(Reason reason, String words) {
      return new Choice(null, reason, words);
    }
  }

  /** {@code position}: of the nic, from 0. */
  Choice choose(AskedInstance asked, int position, KnownNic nic, KnownNetwork to) {
    Optional<String> fixed = fixed(asked, position);
    if (fixed.isPresent()) {
      return AddressPlanner.isIn(to.cidr(), fixed.get())
          ? claim(asked, fixed.get(), to)
          : Choice.refused(
              Reason.ADDRESS_NOT_THERE,
              "network %s (%s) has no address %s".formatted(to.name(), to.cidr(), fixed.get()));
    }
    return question.addresses().kept().contains(nic.network())
        ? kept(asked, nic, to)
        : new Choice(null, null, "");
  }

  /** A rehearsal's networks are others than those that the plan speaks of. */
  private Optional<String> fixed(AskedInstance asked, int position) {
    return question.kind().rehearses()
        ? Optional.empty()
        : asked.addresses().stream()
            .filter(one -> one.nic() == position)
            .map(NicAddress::address)
            .findFirst();
  }

  private Choice kept(AskedInstance asked, KnownNic nic, KnownNetwork to) {
    String address = nic.address();
    KnownNetwork own = question.networks().get(nic.network());
    if (address == null || own == null) {
      return Choice.refused(
          Reason.ADDRESS_NOT_THERE,
          "its address in network %s is not known any more".formatted(nic.name()));
    }
    Optional<String> same = AddressPlanner.inPlaceOf(address, own.cidr(), to.cidr());
    return same.isPresent()
        ? claim(asked, same.get(), to)
        : Choice.refused(
            Reason.ADDRESS_NOT_THERE,
            "network %s (%s) has no address for %s of %s"
                .formatted(to.name(), to.cidr(), address, own.cidr()));
  }

  /** What takes over from an instance may have its address; in a rehearsal nothing does. */
  private Choice claim(AskedInstance asked, String address, KnownNetwork to) {
    AddressHolder holder = taken.getOrDefault(to.id(), Map.of()).get(address);
    boolean its =
        holder != null
            && holder.instanceId().equals(asked.source())
            && !question.kind().rehearses();
    if (holder != null && !its) {
      return Choice.refused(
          Reason.ADDRESS_TAKEN,
          "%s in network %s is the address of %s"
              .formatted(address, to.name(), holder.instanceName()));
    }
    return planned.computeIfAbsent(to.id(), id -> new HashSet<>()).add(address)
        ? new Choice(address, null, "")
        : Choice.refused(
            Reason.ADDRESS_TAKEN,
            "%s in network %s goes to another instance of the plan".formatted(address, to.name()));
  }
}
