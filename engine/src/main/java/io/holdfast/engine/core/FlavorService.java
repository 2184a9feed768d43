package io.holdfast.engine.core;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.FlavorRow;
import io.holdfast.engine.db.PageRequest;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Flavors. An instance keeps the numbers of its flavor, so a flavor may go at any time. */
public final class FlavorService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public FlavorService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  public FlavorRow create(
      Submission submission, String name, int vcpus, int memoryMiB, int diskGiB) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, id) -> {
          FlavorRow flavor = new FlavorRow(id, name, vcpus, memoryMiB, diskGiB, Moment.now(clock));
          daos.flavors().insert(flavor);
          return flavor;
        },
        (daos, id) -> daos.flavors().findById(id));
  }

  public List<FlavorRow> list(PageRequest page, @Nullable String name) {
    return database.daos().flavors().list(page, name);
  }

  /** By id or name. */
  public FlavorRow get(String reference) {
    return Lookup.inPath(
        "flavor",
        reference,
        database.daos().flavors()::findById,
        database.daos().flavors()::findByName);
  }

  public FlavorRow delete(Submission submission, String reference) {
    return acceptance.change(
        submission,
        FlavorRow::id,
        daos -> {
          FlavorRow flavor = get(reference);
          daos.flavors().delete(flavor.id());
          return flavor;
        });
  }
}
