package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.FencedInstanceRow;
import io.holdfast.engine.db.OwnedRow;
import io.holdfast.workflows.activity.OwnershipLedgerActivities;
import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.Ownership.Holder;
import io.holdfast.workflows.model.OwnershipOrder;
import io.holdfast.workflows.model.PowerState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** See {@link OwnershipLedgerActivities}. */
public final class OwnershipLedgerActivitiesImpl implements OwnershipLedgerActivities {
  /** What a worker that was stopped between its look at the lease and its feed may be late by. */
  private static final int LATE_FEEDS = 2;

  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

  private final Database database;
  private final Duration lease;
  private final Clock clock;

  /** {@code lease}: how long a host with a watchdog may run on one word. */
  public OwnershipLedgerActivitiesImpl(Database database, Duration lease, Clock clock) {
    this.database = database;
    this.lease = lease;
    this.clock = clock;
  }

  @Override
  public List<OwnershipOrder> ownership(HostId host) {
    return database.daos().ownerships().ofHost(host.value()).stream()
        .map(
            row ->
                new OwnershipOrder(
                    new Ownership(new InstanceId(row.id()), row.epoch(), holder(row)), row.pool()))
        .toList();
  }

  private static Holder holder(OwnedRow row) {
    if (row.recovered()) {
      return Holder.ELSEWHERE;
    }
    return row.fenced() ? Holder.NOBODY : Holder.HERE;
  }

  @Override
  public long grantLease(HostId host, int resetSeconds) {
    Duration reset = Duration.ofSeconds(resetSeconds).multipliedBy(LATE_FEEDS);
    Instant off = clock.instant().plus(lease).plus(reset).plus(CLOCKS_DIFFER);
    database.daos().ownerships().putLease(host.value(), off);
    return lease.toMillis();
  }

  @Override
  public void endLease(HostId host) {
    database.daos().ownerships().deleteLease(host.value());
  }

  @Override
  public @Nullable Long leaseLeft(HostId host) {
    return database
        .daos()
        .ownerships()
        .leaseOf(host.value())
        .map(off -> Math.max(0, Duration.between(clock.instant(), off).toMillis()))
        .orElse(null);
  }

  @Override
  public void recordCopies(HostId host, List<CopyReport> copies) {
    database.useTransaction(
        daos -> {
          Instant now = clock.instant();
          copies.forEach(copy -> record(daos, copy, now));
        });
  }

  private static void record(Daos daos, CopyReport copy, Instant now) {
    UUID id = copy.instance().value();
    Optional<FencedInstanceRow> fenced = daos.ownerships().fenced(id);
    if (fenced.isEmpty()) {
      return; // it was given back meanwhile
    }
    boolean recovered = daos.planRuns().promotedFrom(id).isPresent();
    Instant proven = daos.ownerships().provenAt(id, fenced.get().jobId());
    Instant written =
        copy.writtenAtMillis() == 0 ? null : Instant.ofEpochMilli(copy.writtenAtMillis());
    boolean ran = recovered && ranOn(copy, proven == null ? fenced.get().fencedAt() : proven);
    daos.ownerships().setTold(id, copy.epoch(), copy.state(), written, ran ? now : null, now);
  }

  /** It runs, or has written to its disks since it was said to be off. */
  private static boolean ranOn(CopyReport copy, @Nullable Instant off) {
    return copy.state() == PowerState.RUNNING
        || copy.state() == PowerState.PAUSED
        || (off != null && copy.writtenAtMillis() > off.toEpochMilli());
  }
}
