package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.db.VolumeView;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Volumes. Every change is a job on the volume; one that touches an instance works on the instance
 * too, whose turn is taken first.
 */
public final class VolumeService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public VolumeService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  public JobRow create(Submission submission, NewVolume wanted) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          VolumeRow row = VolumePlan.of(daos, wanted, jobId, Moment.now(clock));
          daos.volumes().insert(row);
          return job(JobKind.CREATE_VOLUME, row, jobId, submission, VolumePlan.request(row));
        });
  }

  public JobRow delete(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          VolumeRow volume = idle(daos, find(daos, reference));
          UUID instance = volume.instanceId();
          if (instance != null) {
            throw inUse(daos, volume, instance);
          }
          return job(JobKind.DELETE_VOLUME, volume, jobId, submission, emptyObject());
        });
  }

  /** {@code instanceReference}: id or name, as the body's field {@code instance} has it. */
  public JobRow attach(Submission submission, String reference, String instanceReference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          VolumeRow found = find(daos, reference);
          InstanceRow instance =
              Lookup.inField(
                  "instance",
                  "instance",
                  instanceReference,
                  daos.instances()::findById,
                  daos.instances()::findByName);
          instance = beside(daos, jobId, instance);
          VolumeRow volume = whole(idle(daos, found));
          if (volume.instanceId() != null) {
            throw inUse(daos, volume, volume.instanceId());
          }
          requireSameHost(daos, volume, instance);
          return job(
              JobKind.ATTACH_VOLUME,
              volume,
              jobId,
              submission,
              emptyObject().put("instance", instance.id().toString()));
        });
  }

  public JobRow detach(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          VolumeRow volume = withItsInstance(daos, jobId, find(daos, reference));
          UUID instance = volume.instanceId();
          if (instance == null) {
            throw new ProblemException(
                ProblemCode.VOLUME_NOT_ATTACHED, "No instance has volume " + volume.name());
          }
          return job(
              JobKind.DETACH_VOLUME,
              volume,
              jobId,
              submission,
              emptyObject().put("instance", instance.toString()));
        });
  }

  /** A size that the volume has already is accepted, and changes nothing. */
  public JobRow resize(Submission submission, String reference, int sizeGiB) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          VolumeRow volume = whole(withItsInstance(daos, jobId, find(daos, reference)));
          long wanted = VolumePlan.bytes(sizeGiB);
          if (wanted < volume.sizeBytes()) {
            throw ProblemException.ofField(
                ProblemCode.INVALID_FIELD,
                "sizeGiB",
                "sizeGiB: a volume only grows, and this one has %d GiB"
                    .formatted(VolumePlan.gib(volume.sizeBytes())));
          }
          return job(
              JobKind.RESIZE_VOLUME,
              volume,
              jobId,
              submission,
              emptyObject().put("sizeBytes", wanted));
        });
  }

  public List<VolumeView> list(PageRequest page, @Nullable String name) {
    return database.daos().volumes().views(page, name);
  }

  /** By id or name. */
  public VolumeView get(String reference) {
    Daos daos = database.daos();
    return daos.volumes()
        .view(find(daos, reference).id())
        .orElseThrow(() -> Lookup.missing("volume"));
  }

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

  private static VolumeRow find(Daos daos, String reference) {
    return Lookup.inPath("volume", reference, daos.volumes()::findById, daos.volumes()::findByName);
  }

  /** Takes the turn of the instance that has the volume, if one has, and then the volume's. */
  private static VolumeRow withItsInstance(Daos daos, UUID jobId, VolumeRow found) {
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
  private static VolumeRow idle(Daos daos, VolumeRow found) {
    try {
      daos.jobs().takeTurn(found.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.VOLUME, found.name(), busy);
    }
    return daos.volumes().findById(found.id()).orElseThrow(() -> Lookup.missing("volume"));
  }

  private static InstanceRow beside(Daos daos, UUID jobId, InstanceRow found) {
    try {
      daos.jobs().acceptBeside(jobId, found.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.INSTANCE, found.name(), busy);
    }
    return daos.instances().findById(found.id()).orElseThrow(() -> Lookup.missing("instance"));
  }

  private static VolumeRow whole(VolumeRow volume) {
    if (volume.madeAt() == null || volume.hostId() == null) {
      throw new ProblemException(
          ProblemCode.VOLUME_NOT_AVAILABLE, "Volume %s was never made".formatted(volume.name()));
    }
    return volume;
  }

  private static void requireSameHost(Daos daos, VolumeRow volume, InstanceRow instance) {
    UUID there = instance.hostId();
    if (there == null) {
      throw new ProblemException(
          ProblemCode.INSTANCE_NOT_PLACED, "The instance was never placed on a host");
    }
    if (!there.equals(volume.hostId())) {
      throw new ProblemException(
          ProblemCode.VOLUME_ELSEWHERE,
          "Volume %s lies on host %s, instance %s is on host %s"
              .formatted(
                  volume.name(),
                  hostName(daos, volume.hostId()),
                  instance.name(),
                  hostName(daos, there)));
    }
  }

  private static String hostName(Daos daos, @Nullable UUID host) {
    return host == null
        ? "none"
        : daos.hosts().findById(host).map(row -> row.name()).orElse(host.toString());
  }

  private static ProblemException inUse(Daos daos, VolumeRow volume, UUID instance) {
    String name =
        daos.instances().findById(instance).map(InstanceRow::name).orElse(instance.toString());
    return new ProblemException(
        ProblemCode.IN_USE,
        "Instance %s has volume %s; detach it first".formatted(name, volume.name()));
  }

  private JobRow job(
      JobKind kind, VolumeRow volume, UUID jobId, Submission submission, ObjectNode request) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.VOLUME,
        volume.id(),
        volume.name(),
        request,
        submission.caller(),
        Moment.now(clock));
  }

  private static ObjectNode emptyObject() {
    return JsonNodeFactory.instance.objectNode();
  }
}
