package io.holdfast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostView;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.LedgerTurn;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.StillUsedException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host is removed in the moment in which something is placed there. */
class HostRemovalTurnTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final SiteRow site = inventory.site();
  private final HostRow host = inventory.host(site, 4, 4096);
  private final HostRow other = inventory.host(site, 4, 4096);
  private final HostService hosts =
      new HostService(
          database, new Acceptance(database, job -> {}, Clock.systemUTC()), Clock.systemUTC());

  @Test
  void theMoveThatIsJustPlannedKeepsIt() {
    CompletableFuture<HostView> removal =
        LedgerTurn.during(
            POSTGRES,
            daos -> daos.evacuations().plan(Inventory.plannedMove(UUID.randomUUID(), other, host)),
            () ->
                hosts.remove(
                    Submission.internal("test", "DELETE", "/v1/hosts/" + host.name()),
                    host.name()));

    assertThatThrownBy(removal::join)
        .hasRootCauseInstanceOf(StillUsedException.class)
        .hasMessageContaining("the planned move of instance web");
    assertThat(database.daos().hosts().findById(host.id())).isPresent();
  }
}
