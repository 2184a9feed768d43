package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What guests print on their serial console. */
public final class ConsoleService {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleService.class);

  private final Database database;
  private final ConsoleSource source;

  public ConsoleService(Database database, ConsoleSource source) {
    this.database = database;
    this.source = source;
  }

  /**
   * The end of an instance's console; empty when it never ran. Fails with HOST_UNREACHABLE, at once
   * when the host is known to be silent.
   */
  public CompletableFuture<byte[]> end(String reference, int bytes) {
    Daos daos = database.daos();
    InstanceRow instance =
        Lookup.inPath(
            "instance", reference, daos.instances()::findById, daos.instances()::findByName);
    UUID hostId = instance.hostId();
    Optional<HostRow> host = Optional.ofNullable(hostId).flatMap(daos.hosts()::findById);
    if (host.isEmpty()) {
      return CompletableFuture.completedFuture(new byte[0]);
    }
    HostRow known = host.get();
    if (known.unreachableSince() != null) {
      throw unreachable(known);
    }
    return source
        .read(new HostId(known.id()), new InstanceId(instance.id()), bytes)
        .exceptionally(failure -> fail(known.id(), failure));
  }

  /** The host is looked up again: meanwhile its silence may have been noticed. */
  private byte[] fail(UUID host, Throwable failure) {
    LOG.info("A console of host {} cannot be read: {}", host, failure.toString());
    throw new CompletionException(
        database
            .daos()
            .hosts()
            .findById(host)
            .map(ConsoleService::unreachable)
            .orElseGet(() -> Lookup.missing("host")));
  }

  private static ProblemException unreachable(HostRow host) {
    Instant since = host.unreachableSince();
    return new ProblemException(
        ProblemCode.HOST_UNREACHABLE,
        since == null
            ? "Host %s did not answer; it was last seen at %s"
                .formatted(host.name(), host.lastSeenAt())
            : "Host %s has not answered since %s".formatted(host.name(), since));
  }
}
