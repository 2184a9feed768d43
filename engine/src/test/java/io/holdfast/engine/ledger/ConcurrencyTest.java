package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.IdempotencyRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Placement;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** At once, and more than fit. */
class ConcurrencyTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());

  private static <T> List<T> atOnce(int times, IntFunction<Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<Callable<T>> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        all.add(work.apply(i));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(all)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void fiftyReservationsWhereTenFit() throws Exception {
    HostRow host = inventory.host(inventory.site(), 64, 10 * 512 + 512);
    inventory.onlyActive(host);
    NetworkRow network = inventory.network("10.110.0.0/24");
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    List<JobRow> made = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      made.add(inventory.instance(image, List.of(network)));
    }
    List<String> answers =
        atOnce(
            100,
            i -> {
              JobRow job = made.get(i / 2); // each one twice
              return () -> {
                try {
                  Placement placement =
                      ledger.reserve(new JobId(job.id()), new InstanceId(job.targetId()));
                  return placement.instance().ports().get(0).ipv4();
                } catch (ApplicationFailure e) {
                  return e.getType();
                }
              };
            });
    assertThat(answers).filteredOn(FailureType.NO_CAPACITY.name()::equals).hasSize(80);
    assertThat(answers.stream().filter(a -> a.startsWith("10.110.0."))).hasSize(20);
    assertThat(answers.stream().filter(a -> a.startsWith("10.110.0.")).distinct()).hasSize(10);
    assertThat(database.daos().hosts().view(host.id()).orElseThrow().reservedMemoryMiB())
        .isEqualTo(10 * 512);
    for (JobRow job : made) {
      jobs.endJob(
          new JobId(job.id()), JobOutcome.of(JobState.CANCELLED, null, true, List.of()), List.of());
    }
    assertThat(database.daos().hosts().view(host.id()).orElseThrow().reservedMemoryMiB()).isZero();
  }

  @Test
  void oneOfTwentyJobsIsAcceptedOnATarget() throws Exception {
    UUID target = UUID.randomUUID();
    List<Boolean> accepted =
        atOnce(
            20,
            i ->
                () -> {
                  try {
                    inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, target, "host");
                    return true;
                  } catch (BusyException e) {
                    return false;
                  }
                });
    assertThat(accepted).containsOnlyOnce(true);
  }

  @Test
  void oneOfTwentyCallersGetsTheKey() throws Exception {
    List<UUID> jobs =
        atOnce(
            20,
            i ->
                () ->
                    database.inTransaction(
                        daos -> {
                          UUID mine = UUID.randomUUID();
                          IdempotencyRow row =
                              new IdempotencyRow(
                                  "default", "same", "sha", mine, null, Inventory.now());
                          return daos.idempotency().claim(row).map(r -> r.jobId()).orElse(mine);
                        }));
    assertThat(jobs).hasSize(20).containsOnly(jobs.get(0));
  }

  @Test
  void reservingAndEndingAtOnceNeverLeavesAClaim() throws Exception {
    inventory.host(inventory.site(), 64, 65536);
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    for (int round = 0; round < 20; round++) {
      JobRow job = inventory.instance(image, List.of());
      atOnce(
          4,
          i ->
              () -> {
                if (i == 0) {
                  jobs.endJob(
                      new JobId(job.id()),
                      JobOutcome.of(JobState.FAILED, null, true, List.of()),
                      List.of());
                } else {
                  try {
                    ledger.reserve(new JobId(job.id()), new InstanceId(job.targetId()));
                  } catch (ApplicationFailure ended) {
                    assertThat(ended).is(failure(FailureType.NOT_FOUND));
                  }
                }
                return true;
              });
      assertThat(database.daos().reservations().find(job.targetId())).isEmpty();
    }
  }
}
