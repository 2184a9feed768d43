package io.holdfast.engine.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.CensusRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.JobKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is read for the comparison of hosts and ledger. */
class OrphansTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Instant OLD = Inventory.now().minus(Duration.ofDays(100));

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);

  /** What the host had then is what a job may have taken since that nobody remembers. */
  @Test
  void aCensusThatIsOlderThanARemovedJobIsNotCompared() {
    HostRow silent = inventory.host(inventory.site(), 2, 2048);
    UUID target = UUID.randomUUID();
    JobRow job = inventory.accept(JobKind.DELETE_INSTANCE, TargetType.INSTANCE, target, "web");
    census(silent, target, OLD.minusSeconds(60));
    daos.jobs().succeed(job.id(), JsonNodeFactory.instance.objectNode(), OLD);
    assertThat(find()).isEmpty(); // a job has worked on it since

    assertThat(daos.endedJobs().remove(List.of(job.id()))).hasValue(1);
    assertThat(find()).isEmpty();
    census(silent, target, OLD.plusSeconds(60));
    assertThat(find()).hasSize(1);
  }

  private List<Orphan> find() {
    return database.inTransaction(Orphans::find);
  }

  private void census(HostRow host, UUID owner, Instant at) {
    daos.censuses()
        .replace(
            new CensusRow(host.id(), at, "d"),
            List.of(
                new CensusItemRow(
                    host.id(), CensusKind.DOMAIN, "", "hf-x", owner, null, 0, "", null, at)));
  }
}
