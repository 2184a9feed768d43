package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostView;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceFilter;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.InstanceView;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * 200 creates at once where 50 fit: accepted over HTTP, claimed by the code that their runs call,
 * and those that found no room ended as their runs end them.
 */
class CrowdTest {
  private static final int ASKED = 200;
  private static final int FIT = 50;
  private static final int AT_ONCE = 40;

  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Database database = ENGINE.database();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());
  private final HostRow host = inventory.host(inventory.site(), 64, FIT * 512L + 512);
  private final ImageRow image = inventory.image(ImageState.AVAILABLE);
  private final NetworkRow network = inventory.network("10.130.0.0/24");
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);

  /** An accepted create. */
  private record Create(JobId job, InstanceId instance) {}

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void exactlyAsManySucceedAsFit() {
    List<Create> creates = atOnce(IntStream.range(0, ASKED).boxed().toList(), this::accept);
    assertThat(rows()).hasSize(ASKED);

    List<Optional<JobFailure>> refusals = atOnce(creates, this::claim);

    assertThat(refusals).filteredOn(Optional::isEmpty).hasSize(FIT);
    assertThat(refusals.stream().flatMap(Optional::stream))
        .hasSize(ASKED - FIT)
        .allSatisfy(
            why -> {
              assertThat(why.type()).isEqualTo(FailureType.NO_CAPACITY);
              assertThat(why.causes())
                  .containsExactly(host.name() + ": MEMORY: needs 512, free 0 MiB");
            });
    assertNothingLeaked();
  }

  private Create accept(int number) {
    Answer answer =
        ENGINE.post(
            "/v1/instances",
            """
            {"name":"crowd-%d","image":"%s","vcpus":1,"memoryMiB":512,"networks":["%s"]}
            """
                .formatted(number, image.name(), network.name()));
    assertThat(answer.status()).isEqualTo(202);
    return new Create(
        JobId.of(answer.body().path("id").asText()),
        InstanceId.of(answer.body().path("target").path("id").asText()));
  }

  /** Empty when it found room. Each claim is made twice, as a lost reply makes it. */
  private Optional<JobFailure> claim(Create create) {
    try {
      ledger.reserve(create.job(), create.instance());
      ledger.reserve(create.job(), create.instance());
      return Optional.empty();
    } catch (ApplicationFailure refused) {
      JobFailure why = Failures.describe(refused);
      ledger.release(create.instance());
      jobs.endJob(create.job(), JobOutcome.of(JobState.FAILED, why, true, List.of()), List.of());
      return Optional.of(why);
    }
  }

  private void assertNothingLeaked() {
    Daos daos = database.daos();
    List<InstanceRow> rows = rows();
    assertThat(rows).hasSize(FIT);
    assertThat(rows.stream().map(InstanceRow::name)).doesNotHaveDuplicates();
    HostView view = daos.hosts().view(host.id()).orElseThrow();
    assertThat(view.reservedMemoryMiB()).isEqualTo(FIT * 512L);
    assertThat(view.reservedVcpus()).isEqualTo(FIT);
    List<UUID> ids = rows.stream().map(InstanceRow::id).toList();
    List<PortRow> ports = daos.instances().portsOf(ids).stream().map(port -> port.port()).toList();
    assertThat(ports.stream().map(PortRow::ipv4)).hasSize(FIT).doesNotHaveDuplicates();
    assertThat(ports.stream().map(PortRow::mac)).hasSize(FIT).doesNotHaveDuplicates();
    assertThat(daos.instances().addressesIn(network.id())).hasSize(FIT);
  }

  private List<InstanceRow> rows() {
    return database.daos().instances().views(PageRequest.first(1000), InstanceFilter.ANY).stream()
        .map(InstanceView::instance)
        .toList();
  }

  private <A, B> List<B> atOnce(List<A> each, Function<A, B> work) {
    return each.stream()
        .map(one -> CompletableFuture.supplyAsync(() -> work.apply(one), threads))
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .toList();
  }
}
