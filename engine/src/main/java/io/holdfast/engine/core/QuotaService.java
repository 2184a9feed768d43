package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.ledger.Quotas;
import io.holdfast.engine.placement.QuotaPlan;
import java.util.Optional;

/** Limits of projects. The project {@code default} is the only one. */
public final class QuotaService {
  private final Database database;
  private final Acceptance acceptance;

  public QuotaService(Database database, Acceptance acceptance) {
    this.database = database;
    this.acceptance = acceptance;
  }

  public QuotaPlan get(String project) {
    return database.inTransaction(daos -> find(daos, project));
  }

  /** A limit below what is used already takes nothing away; it refuses what would come on top. */
  public QuotaPlan put(Submission submission, QuotaRow quota) {
    return acceptance.change(
        submission,
        plan -> null, // it has no id; the path names the project
        daos -> {
          find(daos, quota.project());
          daos.quotas().update(quota);
          return find(daos, quota.project());
        });
  }

  private static QuotaPlan find(Daos daos, String project) {
    return Lookup.inPath("project", project, id -> Optional.empty(), new Quotas(daos)::of);
  }
}
