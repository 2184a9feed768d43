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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** See {@link OwnershipLedgerActivities}. */
public final class OwnershipLedgerActivitiesImpl implements OwnershipLedgerActivities {
  private final Database database;
  private final Clock clock;

  public OwnershipLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
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
