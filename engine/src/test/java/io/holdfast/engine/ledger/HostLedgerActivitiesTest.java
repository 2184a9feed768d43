package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HostLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final HostRow host = inventory.host(inventory.site(), 4, 4096);
  private final HostId id = new HostId(host.id());
  private final HostLedgerActivitiesImpl ledger =
      new HostLedgerActivitiesImpl(database, Clock.systemUTC());

  private JobId job(JobKind kind, HostState before) {
    JobRow job =
        JobRow.pending(
            java.util.UUID.randomUUID(),
            kind,
            TargetType.HOST,
            host.id(),
            host.name(),
            JsonNodeFactory.instance.objectNode().put("before", before.name()),
            "tester",
            Inventory.now());
    database.daos().jobs().accept(job, kind.steps());
    return new JobId(job.id());
  }

  private HostState state() {
    return database.daos().hosts().findById(host.id()).orElseThrow().state();
  }

  @Test
  void aHostIsClosedOnceHoweverOftenItIsAsked() {
    JobId job = job(JobKind.MAINTAIN_HOST, HostState.ACTIVE);
    ledger.closeHost(job, id);
    ledger.closeHost(job, id);
    assertThat(state()).isEqualTo(HostState.MAINTENANCE);
    ledger.completeHostState(job, id, List.of());
    ledger.completeHostState(job, id, List.of());
    assertThat(database.daos().jobs().find(job.value()).orElseThrow().state())
        .isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void anUndoPutsBackWhatWasThereAlsoWhenNothingWasDone() {
    JobId job = job(JobKind.MAINTAIN_HOST, HostState.ACTIVE);
    ledger.restoreHost(job, id);
    assertThat(state()).isEqualTo(HostState.ACTIVE);
    ledger.closeHost(job, id);
    ledger.restoreHost(job, id);
    ledger.restoreHost(job, id);
    assertThat(state()).isEqualTo(HostState.ACTIVE);
  }

  @Test
  void aHostThatWasInMaintenanceStaysThereWhenItsJobIsUndone() {
    database.daos().hosts().setState(host.id(), HostState.MAINTENANCE);
    JobId again = job(JobKind.MAINTAIN_HOST, HostState.MAINTENANCE);
    ledger.closeHost(again, id);
    ledger.restoreHost(again, id);
    assertThat(state()).isEqualTo(HostState.MAINTENANCE);
    ledger.completeHostState(again, id, List.of());
    JobId open = job(JobKind.ACTIVATE_HOST, HostState.MAINTENANCE);
    ledger.openHost(open, id);
    assertThat(state()).isEqualTo(HostState.ACTIVE);
    ledger.restoreHost(open, id);
    assertThat(state()).isEqualTo(HostState.MAINTENANCE);
  }

  @Test
  void aLateCallOfAJobThatEndedChangesNothing() {
    JobId job = job(JobKind.MAINTAIN_HOST, HostState.ACTIVE);
    ledger.completeHostState(job, id, List.of());
    assertThatThrownBy(() -> ledger.closeHost(job, id)).is(failure(FailureType.NOT_FOUND));
    assertThat(state()).isEqualTo(HostState.ACTIVE);
  }

  @Test
  void aDiscoveryDoesNotEndAMaintenance() {
    database.daos().hosts().setState(host.id(), HostState.MAINTENANCE);
    JobRow job = inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, host.id(), host.name());
    new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC())
        .completeDiscovery(
            new JobId(job.id()), id, Inventory.facts(host.name(), 8, 8192), List.of());
    HostRow now = database.daos().hosts().findById(host.id()).orElseThrow();
    assertThat(now.state()).isEqualTo(HostState.MAINTENANCE);
    assertThat(now.cpus()).isEqualTo(8);
  }
}
