package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeFilter;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.db.VolumeView;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.List;
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
          VolumeRow volume = VolumeTurns.idle(daos, find(daos, reference));
          UUID instance = volume.instanceId();
          if (instance != null) {
            throw VolumeTurns.inUse(daos, volume, instance);
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
          instance = VolumeTurns.beside(daos, jobId, instance);
          VolumeRow volume = whole(VolumeTurns.idle(daos, found));
          if (volume.instanceId() != null) {
            throw VolumeTurns.inUse(daos, volume, volume.instanceId());
          }
          requireSameHost(daos, volume, instance);
          requireNoCopy(volume, instance);
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
          VolumeRow volume = VolumeTurns.withItsInstance(daos, jobId, find(daos, reference));
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
          VolumeRow volume = whole(VolumeTurns.withItsInstance(daos, jobId, find(daos, reference)));
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

  public List<VolumeView> list(PageRequest page, VolumeFilter filter) {
    return database.daos().volumes().views(page, filter);
  }

  /** By id or name. */
  public VolumeView get(String reference) {
    Daos daos = database.daos();
    return daos.volumes()
        .view(find(daos, reference).id())
        .orElseThrow(() -> Lookup.missing("volume"));
  }

  private static VolumeRow find(Daos daos, String reference) {
    return Lookup.inPath("volume", reference, daos.volumes()::findById, daos.volumes()::findByName);
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

  /** A guest that finds its disks by their serials would take one of the two, whichever. */
  private static void requireNoCopy(VolumeRow volume, InstanceRow instance) {
    instance
        .spec()
        .startedAsVolumes()
        .forEach(
            (disk, was) -> {
              if (was.id().equals(volume.id())) {
                throw new ProblemException(
                    ProblemCode.VOLUME_COPIED,
                    "%s of instance %s was made of volume %s and has its serial; attach the volume to another instance"
                        .formatted(disk, instance.name(), volume.name()));
              }
            });
  }

  private static String hostName(Daos daos, @Nullable UUID host) {
    return host == null
        ? "none"
        : daos.hosts().findById(host).map(row -> row.name()).orElse(host.toString());
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
