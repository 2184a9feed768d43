package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes of a running job's input, names resolved to ids. */
final class JobPatches {
  private JobPatches() {}

  /** The one that an evacuation goes on without. */
  static ObjectNode leftOut(Daos daos, JobRow job, String reference) {
    if (job.kind() != JobKind.EVACUATE_HOST) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "instance",
          "instance: only an evacuation leaves one out, not " + job.kind());
    }
    UUID instance =
        Lookup.inField(
                "instance",
                "instance",
                reference,
                daos.instances()::findById,
                daos.instances()::findByName)
            .id();
    if (daos.evacuations().find(job.id(), instance).isEmpty()) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "instance",
          "instance: the evacuation moves no instance " + reference);
    }
    return JsonNodeFactory.instance.objectNode().put("instance", instance.toString());
  }

  /** Where the job goes on. */
  static ObjectNode resume(Daos daos, JobRow job, JobSteering.Patch patch) {
    if (job.kind() != JobKind.CREATE_INSTANCE && job.kind() != JobKind.MIGRATE_INSTANCE) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "patch",
          "patch: only the creation or migration of an instance takes one, not " + job.kind());
    }
    if (!JobSteering.asksOfAStep(job)) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD, "patch", "patch: the job is being undone and takes none now");
    }
    ObjectNode resolved = JsonNodeFactory.instance.objectNode();
    HostRow wanted = null;
    UUID siteId =
        job.kind() == JobKind.MIGRATE_INSTANCE
            ? null
            : daos.instances().findById(job.targetId()).map(InstanceRow::siteId).orElse(null);
    if (patch.site() != null) {
      SiteRow site =
          Lookup.inField(
              "site", "patch.site", patch.site(), daos.sites()::findById, daos.sites()::findByName);
      siteId = site.id();
      resolved.put("site", siteId.toString());
      resolved.putNull("host"); // the one that was asked for before may be at another
    }
    if (patch.host() != null) {
      HostRow host =
          Lookup.inField(
              "host", "patch.host", patch.host(), daos.hosts()::findById, daos.hosts()::findByName);
      if (siteId != null && !siteId.equals(host.siteId())) {
        throw ProblemException.ofField(
            ProblemCode.INVALID_FIELD,
            "patch.host",
            "patch.host: %s is not at the site that the instance must be at"
                .formatted(host.name()));
      }
      wanted = host;
      resolved.put("host", host.id().toString());
      if (job.kind() == JobKind.MIGRATE_INSTANCE) {
        resolved.putNull("site"); // the one that was asked for before
      }
    }
    if (job.kind() == JobKind.MIGRATE_INSTANCE && !resolved.isEmpty()) {
      requirePlace(daos, job, wanted, siteId);
    }
    return resolved;
  }

  private static void requirePlace(
      Daos daos, JobRow job, @Nullable HostRow host, @Nullable UUID site) {
    daos.instances()
        .findById(job.targetId())
        .ifPresent(instance -> MigrationService.requirePlace(daos, instance, host, site));
  }
}
