package io.holdfast.engine.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.CensusRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PoolRoomRow;
import io.holdfast.engine.orphan.Orphan;
import io.holdfast.engine.orphan.Orphans;
import io.holdfast.workflows.activity.CensusLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusTicket;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.OrphanOrder;
import io.holdfast.workflows.model.PoolRoom;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** See {@link CensusLedgerActivities}. */
public final class CensusLedgerActivitiesImpl implements CensusLedgerActivities {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Database database;
  private final Clock clock;

  public CensusLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public CensusTicket beginCensus(HostId host) {
    String known = database.daos().censuses().find(host.value()).map(CensusRow::digest).orElse("");
    return new CensusTicket(known, clock.millis());
  }

  @Override
  public void recordCensus(HostId host, CensusTicket ticket, HostCensus census) {
    Instant at = Instant.ofEpochMilli(ticket.atMillis());
    recordRooms(host, census.rooms());
    CensusRow row = new CensusRow(host.value(), at, census.digest());
    if (census.digest().equals(ticket.known())) {
      database.daos().censuses().confirm(row);
      return;
    }
    database.useTransaction(
        daos -> {
          Lookups.host(daos, host.value());
          daos.censuses()
              .replace(
                  row,
                  census.items().stream()
                      .map(item -> CensusItemRow.of(host.value(), item, at))
                      .toList());
        });
  }

  /** In no order with other censuses of the host: the next one, a minute later, tells again. */
  private void recordRooms(HostId host, @Nullable List<PoolRoom> rooms) {
    if (rooms != null) {
      database
          .daos()
          .hosts()
          .setRooms(
              rooms.stream()
                  .map(
                      room ->
                          new PoolRoomRow(
                              host.value(),
                              room.pool(),
                              room.fileSystem(),
                              room.totalBytes(),
                              room.freeBytes()))
                  .toList());
    }
  }

  @Override
  public void completeScan(JobId job, HostId host, List<StepUpdate> updates) {
    complete(job, updates, row -> Results.id(host.value()));
  }

  @Override
  public OrphanOrder orphanOrder(JobId job) {
    return database.inTransaction(
        daos -> {
          JobRow row = row(daos, job);
          UUID host = UUID.fromString(row.request().path("host").asText());
          return new OrphanOrder(Lookups.ref(Lookups.host(daos, host)), item(row));
        });
  }

  /** The job itself works on the orphan, not on its owner, so the owner is not busy by it. */
  @Override
  public void checkOrphan(JobId job) {
    database.useTransaction(
        daos -> {
          JobRow row = row(daos, job);
          if (isThere(daos, row)) {
            Orphan orphan =
                Orphans.find(daos).stream()
                    .filter(o -> o.id().equals(row.targetId()) && o.kept() == null)
                    .findFirst()
                    .orElseThrow(
                        () ->
                            Failures.of(
                                FailureType.NOT_FOUND,
                                "It is no leftover any more, or a job works on it"));
            requireSame(item(row), orphan.item());
          }
        });
  }

  /** The name is the same; another owner would be another thing. */
  private static void requireSame(CensusItem asked, CensusItem found) {
    if (!asked.owner().equals(found.owner())) {
      throw Failures.of(FailureType.NOT_FOUND, "Another thing has this name now");
    }
  }

  @Override
  public void requireRemoved(JobId job) {
    database.useTransaction(
        daos -> {
          JobRow row = row(daos, job);
          if (isThere(daos, row)) {
            throw Failures.of(
                FailureType.LIBVIRT_REFUSED, "The host still has " + row.targetName());
          }
        });
  }

  private static boolean isThere(Daos daos, JobRow row) {
    UUID host = UUID.fromString(row.request().path("host").asText());
    CensusItem item = item(row);
    return daos.censuses().itemsOf(host).stream()
        .anyMatch(
            each ->
                each.kind() == item.kind()
                    && each.place().equals(item.place())
                    && each.name().equals(item.name()));
  }

  @Override
  public void completeRemoval(JobId job, List<StepUpdate> updates) {
    complete(job, updates, row -> Results.id(row.targetId()));
  }

  @Override
  public void completeAdoption(JobId job, DomainDescription domain, List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          daos.reservations().lockLedger();
          Completion.write(
              daos,
              job,
              updates,
              clock.instant(),
              row -> {
                new Adoption(daos, row, clock.instant()).adopt(domain);
                return Results.id(domain.id().value());
              });
        });
  }

  private void complete(JobId job, List<StepUpdate> updates, Function<JobRow, JsonNode> record) {
    database.useTransaction(daos -> Completion.write(daos, job, updates, clock.instant(), record));
  }

  private static JobRow row(Daos daos, JobId job) {
    return daos.jobs()
        .find(job.value())
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no job " + job));
  }

  private static CensusItem item(JobRow row) {
    try {
      return JSON.treeToValue(row.request().path("item"), CensusItem.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
