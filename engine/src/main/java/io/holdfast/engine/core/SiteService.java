package io.holdfast.engine.core;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.SiteRow;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sites. */
public final class SiteService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public SiteService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  public SiteRow create(Submission submission, String name) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, id) -> {
          SiteRow site = new SiteRow(id, name, Moment.now(clock));
          daos.sites().insert(site);
          return site;
        },
        (daos, id) -> daos.sites().findById(id));
  }

  public List<SiteRow> list(PageRequest page, @Nullable String name) {
    return database.daos().sites().list(page, name);
  }

  /** By id or name. */
  public SiteRow get(String reference) {
    return Lookup.inPath(
        "site", reference, database.daos().sites()::findById, database.daos().sites()::findByName);
  }

  /** Refused while a host is there, or an instance waits to be placed there. */
  public SiteRow delete(Submission submission, String reference) {
    SiteRow site = get(reference);
    return acceptance.change(
        submission,
        SiteRow::id,
        daos -> {
          daos.sites().delete(site.id());
          return site;
        });
  }
}
