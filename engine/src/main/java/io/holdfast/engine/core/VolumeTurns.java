package io.holdfast.engine.core;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import java.util.Objects;
import java.util.UUID;

/**
 * The turn of a job on a volume, and on the instance that has it or is to get it: for the rest of
 * the transaction no other job is accepted on either. The instance's turn comes first.
 */
final class VolumeTurns {
  private VolumeTurns() {}

  /**
   * What must hold when a job on a volume that is there is sent again, as it was when it came
   * first: the turns are taken anew.
   */
  static void recheck(Daos daos, JobRow failed, UUID retry) {
    VolumeRow found =
        daos.volumes()
            .findById(failed.targetId())
            .orElseThrow(() -> Lookup.missing("volume any more"));
    for (UUID instance : daos.jobs().besideOf(failed.id())) {
      beside(
          daos,
          retry,
          daos.instances()
              .findById(instance)
              .orElseThrow(() -> Lookup.missing("instance any more")));
    }
    VolumeRow volume = idle(daos, found);
    UUID asked = daos.jobs().besideOf(retry).stream().findFirst().orElse(null);
    UUID has = volume.instanceId();
    if (failed.kind() == JobKind.DETACH_VOLUME && !Objects.equals(has, asked)) {
      throw new ProblemException(
          ProblemCode.VOLUME_NOT_ATTACHED,
          "The instance has volume %s no more".formatted(volume.name()));
    }
    if (failed.kind() != JobKind.DETACH_VOLUME && has != null && !has.equals(asked)) {
      throw inUse(daos, volume, has);
    }
  }

  /** Takes the turn of the instance that has the volume, if one has, and then the volume's. */
  static VolumeRow withItsInstance(Daos daos, UUID jobId, VolumeRow found) {
    UUID seen = found.instanceId();
    if (seen != null) {
      daos.instances().findById(seen).ifPresent(instance -> beside(daos, jobId, instance));
    }
    VolumeRow volume = idle(daos, found);
    UUID now = volume.instanceId();
    if (now != null && !now.equals(seen)) {
      throw inUse(daos, volume, now); // attached between the two looks
    }
    return volume;
  }

  /** The volume as it is once no job works on it, for the rest of the transaction. */
  static VolumeRow idle(Daos daos, VolumeRow found) {
    try {
      daos.jobs().takeTurn(found.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.VOLUME, found.name(), busy);
    }
    return daos.volumes().findById(found.id()).orElseThrow(() -> Lookup.missing("volume"));
  }

  static InstanceRow beside(Daos daos, UUID jobId, InstanceRow found) {
    try {
      daos.jobs().acceptBeside(jobId, found.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.INSTANCE, found.name(), busy);
    }
    return daos.instances().findById(found.id()).orElseThrow(() -> Lookup.missing("instance"));
  }

  static ProblemException inUse(Daos daos, VolumeRow volume, UUID instance) {
    String name =
        daos.instances().findById(instance).map(InstanceRow::name).orElse(instance.toString());
    return new ProblemException(
        ProblemCode.IN_USE,
        "Instance %s has volume %s; detach it first".formatted(name, volume.name()));
  }
}
