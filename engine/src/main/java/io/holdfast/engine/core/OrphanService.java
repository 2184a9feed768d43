package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.orphan.HostItems;
import io.holdfast.engine.orphan.Orphan;
import io.holdfast.engine.orphan.Orphans;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** What is left over on hosts, and what becomes of it. */
public final class OrphanService {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public OrphanService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** Leftovers as of the hosts' last censuses. */
  public record Found(List<Orphan> orphans, List<HostItems> hosts) {}

  public Found list() {
    return database.inTransaction(daos -> new Found(Orphans.find(daos), Orphans.hosts(daos)));
  }

  /** Removes it from its host; the job looks at host and ledger again before it acts. */
  public JobRow delete(Submission submission, String id) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          Orphan orphan = find(daos, id);
          String kept = orphan.kept();
          if (kept != null) {
            throw new ProblemException(ProblemCode.ORPHAN_NOT_DELETABLE, "Delete " + kept);
          }
          return job(JobKind.DELETE_ORPHAN, orphan, order(orphan), jobId, submission);
        });
  }

  /** Makes an instance of a domain; {@code image}: id or name of what it was made of. */
  public JobRow adopt(Submission submission, String id, String image) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          Orphan orphan = find(daos, id);
          if (!orphan.adoptable()) {
            throw new ProblemException(
                ProblemCode.ORPHAN_NOT_ADOPTABLE,
                "This is a leftover of kind %s: %s".formatted(orphan.kind(), orphan.why()));
          }
          ImageRow its =
              Lookup.inField(
                  "image", "image", image, daos.images()::findById, daos.images()::findByName);
          ObjectNode order = order(orphan).put("image", its.id().toString());
          return job(JobKind.ADOPT_ORPHAN, orphan, order, jobId, submission);
        });
  }

  private static Orphan find(Daos daos, String id) {
    return Orphans.find(daos).stream()
        .filter(orphan -> orphan.id().toString().equals(id))
        .findFirst()
        .orElseThrow(() -> Lookup.missing("orphan"));
  }

  private static ObjectNode order(Orphan orphan) {
    ObjectNode order = JSON.createObjectNode().put("host", orphan.hostId().toString());
    order.set("item", JSON.valueToTree(orphan.item()));
    return order;
  }

  private JobRow job(
      JobKind kind, Orphan orphan, ObjectNode order, UUID jobId, Submission submission) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.ORPHAN,
        orphan.id(),
        orphan.item().name(),
        order,
        submission.caller(),
        Moment.now(clock));
  }
}
