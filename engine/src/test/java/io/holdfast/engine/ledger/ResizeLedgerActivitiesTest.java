package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static io.holdfast.engine.ledger.FailureConditions.naming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostView;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.QuotaDao;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each activity twice: the second call changes nothing and answers the same. */
class ResizeLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl instances =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final ResizeLedgerActivitiesImpl ledger =
      new ResizeLedgerActivitiesImpl(database, Clock.systemUTC());
  private final HostRow host = inventory.host(inventory.site(), 1, 2048);

  private InstanceId instance = new InstanceId(UUID.randomUUID());

  @BeforeEach
  void anInstanceOfOneVcpuAnd512MiB() {
    inventory.onlyActive(host);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instance = new InstanceId(made.targetId());
    instances.reserve(new JobId(made.id()), instance);
    GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
    instances.completeCreate(new JobId(made.id()), instance, guest, List.of());
  }

  @Test
  void theLargerSizeIsClaimedUntilTheEnd() {
    JobId job = accept(3, 256);
    ResizeOrder order = ledger.reserveResize(job, instance);

    assertThat(ledger.reserveResize(job, instance)).isEqualTo(order);
    assertThat(order.before()).isEqualTo(new ComputeSize(1, 512));
    assertThat(order.wanted()).isEqualTo(new ComputeSize(3, 256));
    assertReserved(3, 512);
    ledger.releaseResize(instance);
    ledger.releaseResize(instance);
    assertReserved(1, 512);

    ledger.reserveResize(job, instance);
    ledger.completeResize(job, instance, PowerState.SHUTOFF, List.of());
    ledger.completeResize(job, instance, PowerState.RUNNING, List.of());
    assertReserved(3, 256);
    InstanceRow row = database.daos().instances().findById(instance.value()).orElseThrow();
    assertThat(row.spec().vcpus()).isEqualTo(3);
    assertThat(row.spec().memoryMiB()).isEqualTo(256);
    assertThat(row.spec().flavor()).isEqualTo("wide");
    assertThat(row.spec().diskGiB()).containsExactly(2);
    assertThat(row.powerState()).isEqualTo(PowerState.SHUTOFF);
  }

  /** An instance without a limit was started without room; a resize gives it some. */
  @Test
  void saysWhyAGuestMustRestartAndGivesItRoom() {
    JobId job = accept(2, 512);
    ResizeOrder order = ledger.reserveResize(job, instance);
    assertThat(order.restartFor())
        .containsExactly("it was started without room to grow; it gets some with the restart");
    assertThat(order.limitBefore()).isNull();
    assertThat(order.limit()).isEqualTo(new ComputeSize(8, 512));
    ledger.completeResize(job, instance, PowerState.RUNNING, List.of());

    ResizeOrder next = ledger.reserveResize(accept(4, 512), instance);
    assertThat(next.limitBefore()).isEqualTo(new ComputeSize(8, 512));
    assertThat(next.restartFor()).isEmpty();
  }

  @Test
  void whatAGuestKeepsIsWrittenAndClaimed() {
    JobId job = accept(3, 640);
    ledger.reserveResize(job, instance);
    ledger.keepSize(job, instance, new ComputeSize(1, 640));
    ledger.keepSize(job, instance, new ComputeSize(1, 640));
    assertReserved(1, 640);
    InstanceRow row = database.daos().instances().findById(instance.value()).orElseThrow();
    assertThat(row.spec().size()).isEqualTo(new ComputeSize(1, 640));
    assertThat(row.spec().flavor()).isNull();
  }

  @Test
  void growthThatHasNoRoomIsRefusedWithNumbers() {
    JobId memory = accept(1, 4096);
    assertThatThrownBy(() -> ledger.reserveResize(memory, instance))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(host.name() + ": MEMORY: needs 3584, free 1332 MiB"));
    assertReserved(1, 512);
  }

  @Test
  void vcpusAreCountedToo() {
    JobId vcpus = accept(17, 512);
    assertThatThrownBy(() -> ledger.reserveResize(vcpus, instance))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(host.name() + ": VCPUS: needs 16, free 15 vcpus"));
  }

  @Test
  void growthThatTheProjectMayNotHaveIsRefused() {
    QuotaDao quotas = database.daos().quotas();
    long used = quotas.reserved("default").vcpus();
    quotas.update(new QuotaRow("default", used + 1, null, null, null));
    try {
      JobId more = accept(3, 512);
      assertThatThrownBy(() -> ledger.reserveResize(more, instance))
          .is(failure(FailureType.QUOTA_EXCEEDED))
          .is(naming("vcpus: limit %d, used %d, after %d".formatted(used + 1, used, used + 2)));
      assertReserved(1, 512);
    } finally {
      quotas.update(new QuotaRow("default", null, null, null, null));
    }
  }

  private JobId accept(int vcpus, int memoryMiB) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            JobKind.RESIZE_INSTANCE,
            TargetType.INSTANCE,
            instance.value(),
            "vm",
            JsonNodeFactory.instance
                .objectNode()
                .put("flavor", "wide")
                .put("vcpus", vcpus)
                .put("memoryMiB", memoryMiB),
            "tester",
            Inventory.now());
    database.daos().jobs().accept(job, job.kind().steps());
    return new JobId(job.id());
  }

  private void assertReserved(long vcpus, long memoryMiB) {
    HostView view = database.daos().hosts().view(host.id()).orElseThrow();
    assertThat(view.reservedVcpus()).isEqualTo(vcpus);
    assertThat(view.reservedMemoryMiB()).isEqualTo(memoryMiB);
  }
}
