package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.ReplicaClaims;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The instances of a protection group, in the transaction that writes the group. */
final class ProtectionMembers {
  private ProtectionMembers() {}

  /**
   * Makes these the group's instances and claims room for their replicas. The caller holds the
   * ledger's lock.
   */
  static void set(Daos daos, ProtectionGroupRow group, List<String> references) {
    List<InstanceRow> instances = new ArrayList<>();
    for (int i = 0; i < references.size(); i++) {
      InstanceRow instance = find(daos, "instances[" + i + "]", references.get(i));
      requireElsewhere(daos, group, instance);
      if (instances.stream().anyMatch(other -> other.id().equals(instance.id()))) {
        throw ProblemException.ofField(
            ProblemCode.INVALID_FIELD,
            "instances[" + i + "]",
            "instances[%d]: %s is named twice".formatted(i, instance.name()));
      }
      instances.add(instance);
    }
    daos.protectionGroups()
        .retainMembers(group.id(), instances.stream().map(InstanceRow::id).toList());
    for (int i = 0; i < instances.size(); i++) {
      add(daos, group, instances.get(i), i);
    }
    claim(daos, group);
  }

  /** Its row is locked: an instance that is being removed is waited for. */
  private static InstanceRow find(Daos daos, String field, String reference) {
    InstanceRow found =
        Lookup.inField(
            "instance", field, reference, daos.instances()::findById, daos.instances()::findByName);
    return daos.instances()
        .lock(found.id())
        .orElseThrow(
            () ->
                ProblemException.ofField(
                    ProblemCode.UNKNOWN_REFERENCE,
                    field,
                    "%s: instance %s was deleted".formatted(field, found.name())));
  }

  private static void requireElsewhere(Daos daos, ProtectionGroupRow group, InstanceRow instance) {
    UUID hostId = instance.hostId();
    if (hostId == null) {
      throw new ProblemException(
          ProblemCode.INSTANCE_NOT_PLACED,
          "Instance %s is on no host yet".formatted(instance.name()));
    }
    HostRow host = daos.hosts().findById(hostId).orElseThrow();
    if (host.siteId().equals(group.targetSite())) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "targetSite",
          "targetSite: instance %s is at this site itself, on host %s"
              .formatted(instance.name(), host.name()));
    }
  }

  private static void add(Daos daos, ProtectionGroupRow group, InstanceRow instance, int position) {
    if (daos.protectionGroups().tryInsertMember(instance.id(), group.id(), position) > 0) {
      return;
    }
    UUID other = daos.protectionGroups().groupOf(instance.id()).orElse(group.id());
    if (!other.equals(group.id())) {
      throw new ProblemException(
          ProblemCode.ALREADY_PROTECTED,
          "Instance %s is in protection group %s"
              .formatted(
                  instance.name(),
                  daos.protectionGroups()
                      .findById(other)
                      .map(ProtectionGroupRow::name)
                      .orElse(other.toString())));
    }
    daos.protectionGroups().setPosition(instance.id(), position);
  }

  private static void claim(Daos daos, ProtectionGroupRow group) {
    try {
      new ReplicaClaims(daos).claim(group);
    } catch (ApplicationFailure refused) {
      JobFailure failure = Failures.describe(refused);
      throw ProblemException.ofCauses(ProblemCode.NO_CAPACITY, failure.message(), failure.causes());
    }
  }
}
