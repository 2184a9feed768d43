package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.KeptInstance;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.KeptInstances;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.PowerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of a guest's memory in a snapshot, so that a caller is refused at once. Its
 * host knows more, and asks again.
 */
final class SnapshotMemory {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long OF_DEVICES = 64 * MIB;

  private SnapshotMemory() {}

  static void requireTakeable(Daos daos, InstanceRow instance, Consistency consistency) {
    if (consistency != Consistency.CRASH) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "consistency",
          "consistency: with memory only CRASH; what the guest has not written is in its memory");
    }
    PowerState power = instance.powerState();
    if (power != PowerState.RUNNING && power != PowerState.UNKNOWN) {
      throw new ProblemException(
          ProblemCode.INSTANCE_MUST_RUN,
          "Instance %s is %s; only one that runs has memory to take"
              .formatted(instance.name(), power));
    }
    List<String> volumes = volumes(daos, instance);
    if (!volumes.isEmpty()) {
      throw ProblemException.ofCauses(
          ProblemCode.SNAPSHOT_UNSUPPORTED,
          "Instance %s has volumes, which are in no snapshot; detach them, or leave memory out"
              .formatted(instance.name()),
          volumes);
    }
  }

  /** What a snapshot may take; {@code memory}: the guest's too. */
  static long room(InstanceRow instance, boolean memory) {
    long disks = instance.spec().diskGiB().stream().mapToLong(gib -> gib * GIB).sum();
    return disks + (memory ? ofMemory(instance) : 0);
  }

  /**
   * What its file may take: QEMU leaves out what the guest never used, and of a guest that runs
   * writes again what it changes meanwhile. At an eighth more than the memory its host holds it
   * still (MemoryRoom of the activities); the rest is for what that takes to be seen.
   */
  private static long ofMemory(InstanceRow instance) {
    long memory = instance.spec().memoryMiB() * MIB;
    return memory + memory / 4 + OF_DEVICES;
  }

  /** Whether a restore has the guest go on; {@code wanted}: null leaves it to the snapshot. */
  static boolean isUsed(
      Daos daos, SnapshotRow snapshot, InstanceRow instance, @Nullable Boolean wanted) {
    if (wanted == null ? !snapshot.memory() : !wanted) {
      return false;
    }
    if (!snapshot.memory()) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "memory",
          "memory: snapshot %s was taken without".formatted(snapshot.name()));
    }
    List<String> causes = differences(daos, Objects.requireNonNull(snapshot.was()), instance);
    if (!causes.isEmpty()) {
      throw ProblemException.ofCauses(
          ProblemCode.MEMORY_UNFIT,
          "The guest of %s cannot go on from snapshot %s; \"memory\": false restores the disks alone"
              .formatted(instance.name(), snapshot.name()),
          causes);
    }
    return true;
  }

  private static List<String> differences(Daos daos, KeptInstance was, InstanceRow instance) {
    List<String> causes = new ArrayList<>();
    KeptInstance now = KeptInstances.of(daos, instance);
    if (!was.size().equals(now.size())) {
      causes.add("It had %s, it has %s".formatted(words(was.size()), words(now.size())));
    }
    if (!networks(was).equals(networks(now))) {
      causes.add("It had nics in %s, it has them in %s".formatted(networks(was), networks(now)));
    }
    volumes(daos, instance).forEach(name -> causes.add("It has got volume " + name + " since"));
    return causes;
  }

  private static List<String> networks(KeptInstance instance) {
    return instance.networks().stream().map(KeptInstance.Network::name).toList();
  }

  private static List<String> volumes(Daos daos, InstanceRow instance) {
    return daos.volumes().attachedTo(List.of(instance.id())).stream().map(VolumeRow::name).toList();
  }

  private static String words(ComputeSize size) {
    return "%d processors and %d MiB".formatted(size.vcpus(), size.memoryMiB());
  }
}
