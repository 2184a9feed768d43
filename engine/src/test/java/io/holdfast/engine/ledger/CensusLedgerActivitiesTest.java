package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.orphan.Orphan;
import io.holdfast.engine.orphan.Orphans;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.CensusTicket;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.DomainDescription.Nic;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.PowerState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CensusLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final HostId id = new HostId(host.id());
  private final UUID lost = UUID.randomUUID();
  private final String name = "hf-" + Inventory.name("lost") + "-12345678";

  private CensusLedgerActivitiesImpl at(long seconds) {
    Instant now = START.plus(Duration.ofSeconds(seconds));
    return new CensusLedgerActivitiesImpl(database, Clock.fixed(now, ZoneOffset.UTC));
  }

  private CensusItem domain() {
    return new CensusItem(CensusKind.DOMAIN, name, "", lost, UUID.randomUUID(), 0, "SHUTOFF", null);
  }

  private void census(long seconds, String digest, CensusItem... items) {
    CensusTicket ticket = at(seconds).beginCensus(id);
    at(seconds).recordCensus(id, ticket, new HostCensus(digest, List.of(items), null));
  }

  private List<Orphan> orphans() {
    return database.inTransaction(Orphans::find).stream()
        .filter(o -> o.hostId().equals(host.id()))
        .toList();
  }

  @Test
  void aLaterCensusReplacesAnEarlierOneAndKeepsWhenAThingWasFirstSeen() {
    census(10, "a", domain());
    census(20, "a"); // equal: answered without items
    assertThat(orphans())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.firstSeenAt()).isEqualTo(START.plusSeconds(10));
              assertThat(o.censusAt()).isEqualTo(START.plusSeconds(20));
            });
    at(5)
        .recordCensus(
            id, new CensusTicket("", START.toEpochMilli()), new HostCensus("z", List.of(), null));
    assertThat(orphans()).hasSize(1); // began before, came late
    census(30, "b");
    assertThat(orphans()).isEmpty();
  }

  @Test
  void anEqualCensusOfAnotherStateIsNotTakenForThisOne() {
    census(10, "a", domain());
    CensusTicket ticket = at(20).beginCensus(id);
    census(20, "b");
    at(21).recordCensus(id, ticket, new HostCensus("a", List.of(), null));
    assertThat(database.daos().censuses().find(host.id()).orElseThrow().digest()).isEqualTo("b");
    assertThat(orphans()).isEmpty();
  }

  @Test
  void aRemovalIsCheckedAgainstTheLedgerOfThatMoment() {
    census(10, "a", domain());
    JobId job = accept(JobKind.DELETE_ORPHAN, null);
    at(11).checkOrphan(job);
    assertThatThrownBy(() -> at(11).requireRemoved(job)).is(failure(FailureType.LIBVIRT_REFUSED));
    inventory.accept(JobKind.CREATE_INSTANCE, TargetType.INSTANCE, lost, "again");
    assertThatThrownBy(() -> at(12).checkOrphan(job)).is(failure(FailureType.NOT_FOUND));

    census(20, "b");
    at(21).checkOrphan(job); // gone already is fine
    at(21).requireRemoved(job);
    at(21).completeRemoval(job, List.of());
    assertThat(state(job)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aDomainBecomesAnInstanceWithItsPlaceAddressAndClaim() {
    census(10, "a", domain());
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    NetworkRow network = inventory.network("10.121.1.0/24");
    JobId job = accept(JobKind.ADOPT_ORPHAN, image);
    DomainDescription domain = description(network, "10.121.1.7", "52:54:00:aa:00:01");
    at(11).completeAdoption(job, domain, List.of());
    at(11).completeAdoption(job, domain, List.of());

    assertThat(state(job)).isEqualTo(JobState.SUCCEEDED);
    InstanceRow row = database.daos().instances().findById(lost).orElseThrow();
    assertThat(row.hostId()).isEqualTo(host.id());
    assertThat(row.pool()).isEqualTo("default");
    assertThat(row.powerState()).isEqualTo(PowerState.RUNNING);
    assertThat(row.spec().diskGiB()).containsExactly(2, 1);
    assertThat(row.spec().size()).isEqualTo(new ComputeSize(2, 512));
    assertThat(row.spec().limit()).isEqualTo(new ComputeSize(8, 2048));
    assertThat(name).isEqualTo("hf-" + row.name() + "-12345678");
    assertThat(database.daos().instances().ports(lost))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.port().ipv4()).isEqualTo("10.121.1.7");
              assertThat(p.port().mac()).isEqualTo("52:54:00:aa:00:01");
            });
    assertThat(database.daos().reservations().find(lost).orElseThrow().diskBytes())
        .isEqualTo((2L << 30) + 1000);
    census(20, "b", domain());
    assertThat(orphans()).isEmpty();
  }

  @Test
  void whatTheLedgerHasNoRoomForStaysAsItIs() {
    census(10, "a", domain());
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    NetworkRow network = inventory.network("10.121.2.0/24");
    JobRow other = inventory.instance(image, List.of(network));
    database.daos().instances().setAddress(other.targetId(), 0, "10.121.2.7");
    String mac = database.daos().instances().ports(other.targetId()).get(0).port().mac();
    JobId job = accept(JobKind.ADOPT_ORPHAN, image);
    List<DomainDescription> refused =
        List.of(
            description(network, "10.121.2.7", "52:54:00:aa:00:02"),
            description(network, "10.121.2.8", mac),
            new DomainDescription(
                new InstanceId(lost),
                "other",
                1,
                1,
                PowerState.RUNNING,
                "default",
                List.of(),
                List.of(),
                null),
            new DomainDescription(
                new InstanceId(lost),
                name,
                1,
                1,
                PowerState.RUNNING,
                "none",
                List.of(),
                List.of(),
                null));
    for (DomainDescription each : refused) {
      assertThatThrownBy(() -> at(11).completeAdoption(job, each, List.of()))
          .is(failure(FailureType.ORPHAN_NOT_ADOPTABLE));
      assertThat(database.daos().instances().findById(lost)).isEmpty();
      assertThat(database.daos().reservations().find(lost)).isEmpty();
    }
  }

  private DomainDescription description(NetworkRow network, String ip, String mac) {
    return new DomainDescription(
        new InstanceId(lost),
        name,
        2,
        512,
        PowerState.RUNNING,
        "default",
        List.of(new DiskSpec("root", "vda", 2L << 30), new DiskSpec("disk1", "vdb", 1000)),
        List.of(new Nic(mac, new NetworkId(network.id()), ip)),
        new ComputeSize(8, 2048));
  }

  private JobId accept(JobKind kind, @org.jspecify.annotations.Nullable ImageRow image) {
    Orphan orphan = orphans().get(0);
    ObjectMapper json = new ObjectMapper();
    ObjectNode request = json.createObjectNode().put("host", host.id().toString());
    request.set("item", json.valueToTree(orphan.item()));
    if (image != null) {
      request.put("image", image.id().toString());
    }
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            kind,
            TargetType.ORPHAN,
            orphan.id(),
            name,
            request,
            "tester",
            START);
    database.daos().jobs().accept(job, kind.steps());
    return new JobId(job.id());
  }

  private JobState state(JobId job) {
    return database.daos().jobs().find(job.value()).orElseThrow().state();
  }
}
