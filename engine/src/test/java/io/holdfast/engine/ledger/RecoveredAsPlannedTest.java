package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.AddressRule;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanDefinition.Mapping;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.RunKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run makes of an instance is what its plan says of the recovery site. */
class RecoveredAsPlannedTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final AtomicInteger NETWORKS = new AtomicInteger();

  private final Instant now = Inventory.now();
  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final RecoveryLedgerActivitiesImpl ledger =
      new RecoveryLedgerActivitiesImpl(database, Clock.systemUTC());
  private final SiteRow beta = inventory.site();
  private final HostRow here = inventory.host(inventory.site(), 4, 8192);
  private final HostRow there = inventory.host(beta, 4, 8192);

  private final NetworkRow lan = inventory.network(range());
  private final NetworkRow far = inventory.network(range());

  private UUID source = UUID.randomUUID();

  @BeforeEach
  void anInstanceWithAPoint() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of(lan));
    daos.instances().setAddress(made.targetId(), 0, address(lan, 7));
    source = protect(made, here);
  }

  private UUID protect(JobRow made, HostRow host) {
    daos.instances().setPlace(made.targetId(), host.id(), "default");
    daos.jobs().succeed(made.id(), JsonNodeFactory.instance.objectNode(), now);
    ProtectionGroupRow group =
        Inventory.group(Inventory.name("group"), beta, now.plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(made.targetId(), group.id(), 0);
    new Points(database).available(UUID.randomUUID(), group, List.of("root"));
    return made.targetId();
  }

  @ParameterizedTest
  @EnumSource(
      value = RunKind.class,
      names = {"TEST", "DISASTER_RECOVERY"})
  void theInstanceHasWhatThePlanGivesIt(RunKind kind) {
    JobId run = begin(kind, member().withResources(new RecoveryResources(2, 640, null)));
    ledger.planRun(run);
    PlanRunInstanceRow pinned = daos.planRuns().instance(run.value(), source).orElseThrow();
    assertThat(Objects.requireNonNull(pinned.size()).size()).isEqualTo(new ComputeSize(2, 640));
    InstanceRow made = made(run);
    assertThat(made.spec().size()).isEqualTo(new ComputeSize(2, 640));
    assertThat(made.spec().flavor()).isNull();
    assertThat(made.wantedHost()).isEqualTo(there.id());
    assertThat(daos.instances().findById(source).orElseThrow().spec().size())
        .isEqualTo(new ComputeSize(1, 512));
  }

  /** A number that is left out is as at home, as it was when the point was made. */
  @Test
  void whatThePlanDoesNotSayIsAsItWas() {
    JobId run = begin(RunKind.TEST, member().withResources(new RecoveryResources(3, null, null)));
    ledger.planRun(run);
    assertThat(made(run).spec().size()).isEqualTo(new ComputeSize(3, 512));
    JobId plain = begin(RunKind.TEST, member());
    ledger.planRun(plain);
    assertThat(made(plain).spec().size()).isEqualTo(new ComputeSize(1, 512));
  }

  @Test
  void whatTheHostAndTheProjectHaveNotLeftIsRefusedWithNumbers() {
    JobId large = begin(RunKind.TEST, member().withResources(new RecoveryResources(1, 9000, null)));
    assertRefused(large, "9000 MiB of memory are needed, 7680 are free");
    long used = daos.quotas().reserved("default").memoryMiB();
    daos.quotas().update(new QuotaRow("default", null, used + 600, null, null));
    try {
      JobId run = begin(RunKind.TEST, member().withResources(new RecoveryResources(1, 640, null)));
      assertRefused(
          run, "memoryMiB: limit %d, used %d, after %d".formatted(used + 600, used, used + 640));
    } finally {
      daos.quotas().update(new QuotaRow("default", null, null, null, null));
    }
  }

  @Test
  void aNicGetsThePlaceThatItHadInAnotherNetworkOrItsOwnAddressOfThePlan() {
    Mapping keep = new Mapping(lan.id(), far.id(), null, AddressRule.KEEP);
    assertThat(addresses(made(planned(RunKind.DISASTER_RECOVERY, member(), keep))))
        .containsExactly(address(far, 7));
    Member fixed = member().withAddresses(List.of(new NicAddress(0, address(far, 20))));
    assertThat(addresses(made(planned(RunKind.DISASTER_RECOVERY, fixed, keep))))
        .containsExactly(address(far, 20));
    assertThat(addresses(source)).containsExactly(address(lan, 7));
  }

  /** While there is one that takes over it has the address, and the other one gets it back. */
  @Test
  void anAddressThatStaysIsLentAndGivenBack() {
    Mapping stays = new Mapping(lan.id(), null, null, AddressRule.KEEP);
    JobId run = planned(RunKind.DISASTER_RECOVERY, member(), stays);
    UUID made = made(run).id();
    assertThat(addresses(made)).containsExactly(address(lan, 7));
    assertThat(holder()).isEqualTo(made);
    ledger.abandonChild(
        new JobId(
            Objects.requireNonNull(
                daos.planRuns().instance(run.value(), source).orElseThrow().jobId())));
    assertThat(daos.instances().findById(made)).isEmpty();
    assertThat(holder()).isEqualTo(source);
    assertThat(made(planned(RunKind.DISASTER_RECOVERY, member(), stays)).id())
        .isEqualTo(holder())
        .isNotEqualTo(made);
  }

  @Test
  void whatAnotherInstanceHasIsNotTakenFromIt() {
    UUID other = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of(far)).targetId();
    daos.instances().setAddress(other, 0, address(far, 7));
    Mapping keep = new Mapping(lan.id(), far.id(), null, AddressRule.KEEP);
    JobId run =
        begin(RunKind.TEST, member(), new Mapping(lan.id(), null, far.id(), keep.addresses()));
    String name = daos.instances().findById(other).orElseThrow().name();
    assertRefused(
        run, address(far, 7) + " in network " + far.name() + " is the address of " + name);
    assertRefused(begin(RunKind.DISASTER_RECOVERY, member(), keep), name);
  }

  /** Somebody may have got it since the run was planned. */
  @Test
  void anAddressThatIsGoneByThenIsRefused() {
    Mapping keep = new Mapping(lan.id(), far.id(), null, AddressRule.KEEP);
    JobId run = planned(RunKind.DISASTER_RECOVERY, member(), keep);
    UUID other = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of(far)).targetId();
    daos.instances().setAddress(other, 0, address(far, 7));
    assertThatThrownBy(() -> made(run))
        .satisfies(
            failure ->
                assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.RECOVERY_REFUSED));
    assertThat(addresses(other)).containsExactly(address(far, 7));
  }

  /** Who looks for it by label, and counts on its end, finds what took over. */
  @Test
  void whatTakesOverKeepsLabelsGroupAndLeaseAndARehearsalDoesNot() {
    Instant until = now.plus(Duration.ofDays(2));
    String group = Inventory.name("apart");
    source = protect(inventory.instance(inventory.image(ImageState.AVAILABLE), group), here);
    daos.instances().setDefinition(source, Map.of("app", "db", "run", "of old"), until);
    JobId test = planned(RunKind.TEST, member());
    InstanceRow rehearsal = made(test);
    assertThat(rehearsal.labels()).isEqualTo(Map.of("run", test.toString()));
    assertThat(rehearsal.antiAffinity()).isNull();
    assertThat(rehearsal.leaseUntil()).isNull();
    JobId failover = planned(RunKind.DISASTER_RECOVERY, member());
    InstanceRow made = made(failover);
    assertThat(made.labels()).isEqualTo(Map.of("app", "db", "run", failover.toString()));
    assertThat(made.antiAffinity()).isEqualTo(group);
    assertThat(made.leaseUntil()).isEqualTo(until);
  }

  /** It has its replicas there alone, so it would run nowhere. */
  @Test
  void oneOfAGroupIsRecoveredBesideAnotherRatherThanNotAtAll() {
    String group = Inventory.name("apart");
    List<@Nullable String> groups = new ArrayList<>();
    for (HostRow host : List.of(here, inventory.host(inventory.site(), 4, 8192))) {
      source = protect(inventory.instance(inventory.image(ImageState.AVAILABLE), group), host);
      groups.add(made(planned(RunKind.DISASTER_RECOVERY, member())).antiAffinity());
    }
    assertThat(groups).containsExactly(group, null);
  }

  private JobId planned(RunKind kind, Member member, Mapping... networks) {
    JobId run = begin(kind, member, networks);
    ledger.planRun(run);
    return run;
  }

  private UUID holder() {
    return daos.instances().addressHolder(lan.id(), address(lan, 7)).orElseThrow().instanceId();
  }

  private List<String> addresses(InstanceRow instance) {
    return addresses(instance.id());
  }

  private List<String> addresses(UUID instance) {
    return daos.instances().ports(instance).stream()
        .map(view -> String.valueOf(view.port().ipv4()))
        .toList();
  }

  private static String range() {
    return "10.141.%d.0/24".formatted(NETWORKS.incrementAndGet());
  }

  private static String address(NetworkRow network, int place) {
    return network.cidr().replaceFirst("0/24$", String.valueOf(place));
  }

  private void assertRefused(JobId run, String words) {
    assertThatThrownBy(() -> ledger.planRun(run))
        .satisfies(
            failure -> {
              assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.RECOVERY_REFUSED);
              assertThat(Failures.describe(failure).causes().toString()).contains(words);
            });
  }

  private InstanceRow made(JobId run) {
    JobRequest begun =
        Objects.requireNonNull(ledger.beginPromotion(run, new InstanceId(source)), "a promotion");
    return daos.instances().findById(begun.target()).orElseThrow();
  }

  private Member member() {
    return Member.of(source, "db");
  }

  private JobId begin(RunKind kind, Member member, Mapping... networks) {
    return RecoveryRuns.begin(daos, beta, kind, member, networks);
  }
}
