package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of a group one instance a host, however many ask at once. */
class AntiAffinityTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());

  private Optional<JobFailure> reserve(JobRow job) {
    try {
      ledger.reserve(new JobId(job.id()), new InstanceId(job.targetId()));
      return Optional.empty();
    } catch (ApplicationFailure refused) {
      return Optional.of(Failures.describe(refused));
    }
  }

  @Test
  void instancesOfAGroupNeverShareAHost() {
    SiteRow site = inventory.site();
    List<HostRow> hosts = List.of(inventory.host(site, 8, 8192), inventory.host(site, 8, 8192));
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    List<JobRow> jobs = Stream.generate(() -> inventory.instance(image, "db")).limit(8).toList();
    List<Optional<JobFailure>> failures =
        jobs.stream()
            .map(job -> CompletableFuture.supplyAsync(() -> reserve(job)))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    List<InstanceRow> placed = database.daos().instances().placedOfGroup("default", "db");
    assertThat(placed)
        .extracting(InstanceRow::hostId)
        .containsExactlyInAnyOrderElementsOf(hosts.stream().map(HostRow::id).toList());
    assertThat(failures.stream().filter(Optional::isEmpty)).hasSize(2);
    for (JobFailure failure : failures.stream().flatMap(Optional::stream).toList()) {
      assertThat(failure.causes())
          .hasSize(2)
          .allMatch(
              line ->
                  placed.stream()
                      .anyMatch(
                          other ->
                              line.endsWith(
                                  ": ANTI_AFFINITY: instance %s of the same group is there"
                                      .formatted(other.name()))));
    }
    assertThat(reserve(inventory.instance(image, "web"))).isEmpty();
    assertThat(reserve(inventory.instance(image, List.of()))).isEmpty();
  }
}
