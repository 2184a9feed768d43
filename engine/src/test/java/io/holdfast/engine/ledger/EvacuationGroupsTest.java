package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups whose instances never share a host, of which each project has its own. */
class EvacuationGroupsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final EvacuationLedgerActivitiesImpl ledger =
      new EvacuationLedgerActivitiesImpl(database, Clock.systemUTC());

  @Test
  void groupsOfOneNameInTwoProjectsMayLeaveForOneHost() {
    SiteRow site = inventory.site();
    HostRow source = inventory.host(site, 4, 4096);
    inventory.onlyActive(source);
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    place(inventory.instance(image, "ours", "db"), source);
    place(inventory.instance(image, "theirs", "db"), source);
    HostRow target = inventory.host(site, 4, 4096);
    inventory.onlyActive(target);

    JobId evacuation = evacuate(source);
    EvacuationOrder order = ledger.planMoves(evacuation, true);
    assertThat(order.refused()).isEmpty();
    assertThat(database.daos().evacuations().of(evacuation.value()))
        .extracting(EvacuationMoveRow::targetName)
        .containsExactly(target.name(), target.name());
  }

  private void place(JobRow made, HostRow host) {
    UUID instance = made.targetId();
    Daos daos = database.daos();
    daos.instances().setPlace(instance, host.id(), "default");
    daos.reservations()
        .insert(
            new ReservationRow(
                instance,
                made.id(),
                host.id(),
                "default",
                1,
                512,
                2 * Inventory.GIB,
                Inventory.now()));
  }

  private JobId evacuate(HostRow host) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            JobKind.EVACUATE_HOST,
            TargetType.HOST,
            host.id(),
            host.name(),
            EvacuationRequests.of(
                HostState.ACTIVE,
                2,
                host.siteId(),
                MigrationMode.AUTO,
                new MigrationLimits(0, 300, false),
                5),
            "tester",
            Inventory.now());
    database.useTransaction(daos -> daos.jobs().accept(job, job.kind().steps()));
    return new JobId(job.id());
  }
}
