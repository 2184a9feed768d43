package io.holdfast.engine.core;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.workflows.model.NetworkMode;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Networks: definitions only; a host builds one with its first port. */
public final class NetworkService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public NetworkService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  public NetworkRow create(Submission submission, String name, NetworkMode mode, String cidr) {
    Cidr.check(cidr);
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, id) -> {
          NetworkRow network = new NetworkRow(id, name, mode, cidr, Moment.now(clock));
          daos.networks().insert(network);
          return network;
        },
        (daos, id) -> daos.networks().findById(id));
  }

  public List<NetworkRow> list(PageRequest page, @Nullable String name) {
    return database.daos().networks().list(page, name);
  }

  /** By id or name. */
  public NetworkRow get(String reference) {
    return Lookup.inPath(
        "network",
        reference,
        database.daos().networks()::findById,
        database.daos().networks()::findByName);
  }

  /** Refused while a port is in it. */
  public NetworkRow delete(Submission submission, String reference) {
    return acceptance.change(
        submission,
        NetworkRow::id,
        daos -> {
          NetworkRow network = get(reference);
          daos.networks().delete(network.id());
          return network;
        });
  }
}
