package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.NetworkMode;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each statement runs once against the real thing, so that none has a mistake in its text. */
class DaoTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);

  @Test
  void definitionsAreFoundByIdAndName() {
    SiteRow site = inventory.site();
    assertThat(daos.sites().findById(site.id())).contains(site);
    assertThat(daos.sites().findByName(site.name())).contains(site);

    FlavorRow flavor =
        new FlavorRow(UUID.randomUUID(), Inventory.name("flavor"), 2, 1024, 20, Inventory.now());
    daos.flavors().insert(flavor);
    assertThat(daos.flavors().findById(flavor.id())).contains(flavor);
    assertThat(daos.flavors().findByName(flavor.name())).contains(flavor);
    assertThat(daos.flavors().list(PageRequest.first(10), flavor.name())).containsExactly(flavor);
    daos.flavors().delete(flavor.id());
    assertThat(daos.flavors().findById(flavor.id())).isEmpty();

    TokenRow token =
        new TokenRow(
            UUID.randomUUID(),
            Inventory.name("token"),
            Role.ADMIN,
            "default",
            UUID.randomUUID().toString(),
            Inventory.now());
    daos.tokens().insert(token);
    assertThat(daos.tokens().findBySha256(token.sha256())).contains(token);
    assertThat(daos.tokens().findById(token.id())).contains(token);
    assertThat(daos.tokens().findByName(token.name())).contains(token);
    assertThat(daos.tokens().list(PageRequest.first(10), null)).contains(token);
    daos.tokens().delete(token.id());
    assertThat(daos.tokens().findById(token.id())).isEmpty();
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepetition() {
    List<SiteRow> made = List.of(inventory.site(), inventory.site(), inventory.site());
    SiteRow first = made.get(0);
    List<SiteRow> next =
        daos.sites()
            .list(new PageRequest(Optional.of(new Cursor(first.createdAt(), first.id())), 1), null);
    assertThat(next).containsExactly(made.get(1));
    assertThat(daos.sites().list(PageRequest.first(1), made.get(2).name()))
        .containsExactly(made.get(2));
  }

  @Test
  void aTakenNameIsSaidAndTheTransactionGoesOn() {
    SiteRow site = inventory.site();
    SiteRow other =
        database.inTransaction(
            inside -> {
              SiteRow twin = new SiteRow(UUID.randomUUID(), site.name(), Inventory.now());
              assertThatThrownBy(() -> inside.sites().insert(twin))
                  .isInstanceOf(NameTakenException.class);
              SiteRow later = new SiteRow(UUID.randomUUID(), Inventory.name("s"), Inventory.now());
              inside.sites().insert(later);
              return later;
            });
    assertThat(daos.sites().findById(other.id())).isPresent();
  }

  @Test
  void networksNeverOverlap() {
    NetworkRow network = inventory.network("10.90.0.0/24");
    NetworkRow inside =
        new NetworkRow(
            UUID.randomUUID(), "inside", NetworkMode.ISOLATED, "10.90.0.128/25", Inventory.now());
    assertThatThrownBy(() -> daos.networks().insert(inside))
        .isInstanceOfSatisfying(
            NetworkOverlapException.class, e -> assertThat(e.other()).isEqualTo(network.name()));
    assertThat(daos.networks().findById(network.id())).contains(network);
    assertThat(daos.networks().findByName(network.name())).contains(network);
    assertThat(daos.networks().list(PageRequest.first(9), null)).contains(network);

    inventory.instance(inventory.image(ImageState.AVAILABLE), List.of(network));
    assertThatThrownBy(() -> daos.networks().delete(network.id()))
        .isInstanceOf(StillUsedException.class);
    NetworkRow free = inventory.network("10.91.0.0/24");
    daos.networks().delete(free.id());
    assertThat(daos.networks().findById(free.id())).isEmpty();
  }

  @Test
  void imagesAndTheirCopies() {
    ImageRow image = inventory.image(ImageState.AWAITING_CONTENT);
    assertThat(daos.images().findById(image.id())).contains(image);
    assertThat(daos.images().findByName(image.name())).contains(image);
    daos.images().setState(image.id(), ImageState.IMPORTING);
    daos.images().setContent(image.id(), ImageFormat.RAW, "ab", "cd", 512, 512);
    daos.images().setAvailable(image.id(), 1024);
    ImageRow now = daos.images().lock(image.id()).orElseThrow();
    assertThat(now.contentFormat()).isEqualTo(ImageFormat.RAW);
    assertThat(now.virtualSizeBytes()).isEqualTo(1024);

    HostRow host = inventory.host(inventory.site(), 4, 4096);
    ImageCopyRow copy = new ImageCopyRow(image.id(), host.id(), "default");
    daos.images().addCopy(copy);
    daos.images().addCopy(copy);
    assertThat(daos.images().copies(image.id())).containsExactly(copy);
    daos.images().removeCopy(copy);
    assertThat(daos.images().copies(image.id())).isEmpty();
    daos.images().beginDelete(image.id());
    daos.images().beginDelete(image.id());
    daos.images().endDelete(image.id(), true);
    assertThat(daos.images().lock(image.id())).contains(now);
    daos.images().beginDelete(image.id());
    daos.images().endDelete(image.id(), false);
    daos.images().beginDelete(image.id());
    daos.images().endDelete(image.id(), true);
    assertThat(daos.images().lock(image.id()).orElseThrow().state()).isEqualTo(ImageState.DELETING);
    daos.images().tryDelete(image.id());
    assertThat(daos.images().list(PageRequest.first(99), image.name())).isEmpty();
  }

  @Test
  void hostsWithPoolsAndViews() {
    SiteRow site = inventory.site();
    HostRow host = inventory.host(site, 4, 4096);
    HostDao hosts = daos.hosts();
    assertThat(host.facts()).isNotNull();
    assertThat(hosts.findByName(host.name())).contains(host);
    assertThat(hosts.list(PageRequest.first(99), host.name())).containsExactly(host);
    assertThat(hosts.active()).contains(host);
    hosts.putPool(new PoolRow(host.id(), "old", "/old", 1, false, null));
    hosts.retainPools(host.id(), List.of("default"));
    assertThat(hosts.pools(host.id())).extracting(PoolRow::name).containsExactly("default");
    assertThat(hosts.pools(host.id())).hasSize(1);
    assertThat(hosts.setSilent(host.id(), Inventory.now())).isPresent();
    hosts.setSeen(host.id(), Inventory.now());
    hosts.setState(host.id(), HostState.MAINTENANCE);
    assertThat(hosts.active()).doesNotContain(host);

    HostView view = hosts.view(host.id()).orElseThrow();
    assertThat(view.siteName()).isEqualTo(site.name());
    assertThat(view.reservedVcpus()).isZero();
    assertThat(view.activeJobId()).isNull();
    assertThat(hosts.views(PageRequest.first(99), host.name(), site.name())).containsExactly(view);
    hosts.delete(host.id());
    assertThat(hosts.findById(host.id())).isEmpty();
  }

  @Test
  void instancesWithPortsAndViews() {
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    JobRow job = inventory.instance(image, List.of(inventory.network("10.92.0.0/24")));
    UUID id = job.targetId();
    InstanceDao instances = daos.instances();
    HostRow host = inventory.host(inventory.site(), 4, 4096);

    instances.setPlace(id, host.id(), "default");
    instances.setAddress(id, 0, "10.92.0.2");
    instances.setPower(id, PowerState.RUNNING, Inventory.now());
    instances.setGuestAddresses(id, List.of("10.92.0.2"));
    InstanceView view = instances.view(id).orElseThrow();
    assertThat(view.hostName()).isEqualTo(host.name());
    assertThat(view.siteName()).isNotNull();
    assertThat(view.imageName()).isEqualTo(image.name());
    assertThat(view.activeJobId()).isEqualTo(job.id());
    assertThat(view.activeJobKind()).isEqualTo(JobKind.CREATE_INSTANCE);
    assertThat(view.instance().labels()).containsEntry("app", "web");
    assertThat(view.instance().addresses()).containsExactly("10.92.0.2");
    assertThat(view.instance().spec().diskGiB()).containsExactly(2);
    assertThat(instances.views(PageRequest.first(99), InstanceFilter.ANY)).contains(view);
    InstanceFilter exactly =
        new InstanceFilter(
            view.instance().name(), Map.of("app", "web"), host.siteId(), host.id(), "PROVISIONING");
    assertThat(instances.views(PageRequest.first(99), exactly)).containsExactly(view);
    assertThat(instances.findByName(view.instance().name())).isPresent();

    PortView port = instances.ports(id).get(0);
    assertThat(port.port().ipv4()).isEqualTo("10.92.0.2");
    assertThat(port.networkCidr()).isEqualTo("10.92.0.0/24");
    assertThat(instances.portsOf(List.of(id))).containsExactly(port);
    assertThat(instances.addressesIn(port.port().networkId())).containsExactly("10.92.0.2");

    assertThatThrownBy(() -> daos.images().beginDelete(image.id()))
        .isInstanceOf(StillUsedException.class);
    assertThatThrownBy(() -> daos.hosts().delete(host.id())).isInstanceOf(StillUsedException.class);
    JobRow twin =
        Inventory.job(job.kind(), TargetType.INSTANCE, UUID.randomUUID(), job.targetName());
    assertThatThrownBy(() -> instances.insert(Inventory.instanceRow(twin, image), List.of()))
        .isInstanceOf(NameTakenException.class);
    instances.delete(id);
    assertThat(instances.lock(id)).isEmpty();
  }

  @Test
  void reservationsAreSummedByHostAndPool() {
    HostRow host = inventory.host(inventory.site(), 4, 4096);
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    ReservationRow row =
        new ReservationRow(
            job.targetId(), job.id(), host.id(), "default", 1, 512, 9, Inventory.now());
    daos.reservations().lockLedger();
    daos.reservations().insert(row);
    assertThat(daos.reservations().find(job.targetId())).contains(row);
    assertThat(daos.reservations().sums())
        .contains(new ReservedRow(host.id(), "default", 1, 512, 9));
    assertThat(daos.hosts().view(host.id()).orElseThrow().reservedMemoryMiB()).isEqualTo(512);
    daos.reservations().delete(job.targetId());
    assertThat(daos.reservations().find(job.targetId())).isEmpty();
  }

  @Test
  void oneJobAtATimeOnATarget() {
    UUID target = UUID.randomUUID();
    JobDao jobs = daos.jobs();
    JobRow job = inventory.accept(JobKind.IMPORT_IMAGE, TargetType.IMAGE, target, "image");
    assertThat(jobs.find(job.id())).contains(job);
    assertThat(jobs.activeJobOf(target)).contains(job.id());
    assertThat(jobs.steps(job.id()))
        .extracting(StepRow::name)
        .containsExactlyElementsOf(JobKind.IMPORT_IMAGE.steps());
    assertThat(jobs.stepsOf(List.of(job.id()))).hasSize(3);
    assertThatThrownBy(() -> inventory.accept(job.kind(), TargetType.IMAGE, target, "image"))
        .isInstanceOfSatisfying(
            BusyException.class, e -> assertThat(e.activeJobId()).isEqualTo(job.id()));

    jobs.touch(job.id(), null, Inventory.now(), Inventory.now());
    StepRow step = jobs.steps(job.id()).get(0);
    JobFailure error = new JobFailure(FailureType.IMAGE_INVALID, "no", List.of("line"));
    Instant at = Inventory.now();
    jobs.changeSteps(
        List.of(
            new StepChange(
                job.id(),
                step.name(),
                StepState.FAILED,
                1,
                at,
                at,
                at,
                "detail",
                false,
                error,
                false)));
    StepRow failed =
        new StepRow(job.id(), 0, step.name(), StepState.FAILED, 1, at, at, at, "detail", error);
    assertThat(jobs.steps(job.id()).get(0)).isEqualTo(failed);
    Instant earlier = at.minusSeconds(1);
    jobs.changeSteps(
        List.of(
            new StepChange(
                job.id(),
                step.name(),
                StepState.RUNNING,
                2,
                null,
                null,
                earlier,
                null,
                true,
                null,
                true)));
    assertThat(jobs.steps(job.id()).get(0)).isEqualTo(failed);
    jobs.end(job.id(), JobState.FAILED, null, error, true, Inventory.now());
    jobs.end(job.id(), JobState.SUCCEEDED, null, null, false, Inventory.now());
    JobRow ended = jobs.lock(job.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(JobState.FAILED);
    assertThat(ended.error()).isEqualTo(error);
    assertThat(ended.result()).isNull();
    assertThat(ended.revision()).isEqualTo(2);
    assertThat(jobs.counts()).isNotEmpty();

    JobFilter filter = new JobFilter(JobState.FAILED, job.kind(), target, "image", null);
    assertThat(jobs.list(PageRequest.first(9), filter)).containsExactly(ended);
    assertThat(jobs.list(PageRequest.first(99), JobFilter.ANY)).contains(ended);
    inventory.accept(job.kind(), TargetType.IMAGE, target, "image");
  }

  @Test
  void theOutboxHoldsWhatTemporalDoesNotKnow() {
    JobRow job =
        inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, UUID.randomUUID(), "host");
    JobDao jobs = daos.jobs();
    assertThat(jobs.undispatched(job.createdAt().plusSeconds(1), PageRequest.first(99)))
        .contains(job);
    assertThat(jobs.undispatched(job.createdAt(), PageRequest.first(99))).doesNotContain(job);
    assertThat(jobs.outboxDepth()).isPositive();
    jobs.markDispatched(job.id(), Inventory.now());
    assertThat(jobs.undispatched(job.createdAt().plusSeconds(1), PageRequest.first(99)))
        .doesNotContain(job);
  }

  @Test
  void keysAreClaimedOnce() {
    IdempotencyRow row =
        new IdempotencyRow("default", "key", "sha", UUID.randomUUID(), null, Inventory.now());
    assertThat(daos.idempotency().claim(row)).isEmpty();
    assertThat(daos.idempotency().claim(row)).contains(row);

    byte[] key = daos.sharedKeys().ensure("k", new byte[] {1, 2});
    assertThat(daos.sharedKeys().ensure("k", new byte[] {3})).isEqualTo(key);
    database.ping();
  }
}
