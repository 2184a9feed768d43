package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PowerState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ObservationsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final HostObservation NOTHING = new HostObservation(Map.of());

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final HostId id = new HostId(host.id());
  private final UUID running = placed(true);
  private final UUID creating = placed(false);

  private LedgerActivitiesImpl at(long seconds) {
    Instant now = START.plus(Duration.ofSeconds(seconds));
    return new LedgerActivitiesImpl(
        database, i -> "", TestKeys.seal(), Clock.fixed(now, ZoneOffset.UTC));
  }

  private UUID placed(boolean complete) {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    database.daos().instances().setPlace(job.targetId(), host.id(), "default");
    if (complete) {
      GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
      at(0).completeCreate(new JobId(job.id()), new InstanceId(job.targetId()), guest, List.of());
    }
    return job.targetId();
  }

  private PowerState power(UUID instance) {
    return database.daos().instances().findById(instance).orElseThrow().powerState();
  }

  private HostRow hostNow() {
    return database.daos().hosts().findById(host.id()).orElseThrow();
  }

  @Test
  void aHostsWordIsTaken() {
    HostObservation seen =
        new HostObservation(Map.of(running, PowerState.SHUTOFF, creating, PowerState.RUNNING));
    at(10).recordObservation(id, seen);
    at(10).recordObservation(id, seen);
    assertThat(power(running)).isEqualTo(PowerState.SHUTOFF);
    assertThat(power(creating)).isEqualTo(PowerState.RUNNING);
    assertThat(hostNow().lastSeenAt()).isEqualTo(START.plusSeconds(10));
  }

  @Test
  void whatIsNotNamedIsMissingUnlessAJobIsAtIt() {
    at(10).recordObservation(id, NOTHING);
    assertThat(power(running)).isEqualTo(PowerState.MISSING);
    assertThat(power(creating)).isEqualTo(PowerState.UNKNOWN);
  }

  @Test
  void aJobThatJustEndedKnowsBetter() {
    at(0).recordObservation(id, NOTHING);
    assertThat(power(running)).isEqualTo(PowerState.RUNNING);
  }

  @Test
  void silenceIsUnknownOnlyAfterAWhile() {
    at(10).recordObservation(id, null);
    at(39).recordObservation(id, null);
    assertThat(power(running)).isEqualTo(PowerState.RUNNING);
    assertThat(hostNow().unreachableSince()).isEqualTo(START.plusSeconds(10));
    at(40).recordObservation(id, null);
    assertThat(power(running)).isEqualTo(PowerState.UNKNOWN);

    at(50).recordObservation(id, new HostObservation(Map.of(running, PowerState.RUNNING)));
    assertThat(power(running)).isEqualTo(PowerState.RUNNING);
    assertThat(hostNow().unreachableSince()).isNull();
  }

  @Test
  void theWatchOfAHostThatWasRemovedEnds() {
    HostId gone = new HostId(UUID.randomUUID());
    for (HostObservation said : new HostObservation[] {NOTHING, null}) {
      assertThatThrownBy(() -> at(0).recordObservation(gone, said))
          .is(failure(FailureType.NOT_FOUND));
    }
  }
}
