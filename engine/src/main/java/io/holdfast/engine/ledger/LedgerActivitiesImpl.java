package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostDao;
import io.holdfast.engine.db.ImageCopyRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PoolRoomRow;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.Refusal;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceLocation;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.PoolFacts;
import io.holdfast.workflows.model.PowerOrder;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SharedFolder;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * See {@link LedgerActivities}. Locks are taken in one order, so that none waits for another in a
 * ring: ledger, job, then host, image or instance.
 */
public final class LedgerActivitiesImpl implements LedgerActivities {
  private final Database database;
  private final Function<ImageId, String> imageAddress;
  private final SecretSeal seal;
  private final Clock clock;

  /**
   * @param imageAddress makes a signed address of an image's content, good for a day
   */
  public LedgerActivitiesImpl(
      Database database, Function<ImageId, String> imageAddress, SecretSeal seal, Clock clock) {
    this.database = database;
    this.imageAddress = imageAddress;
    this.seal = seal;
    this.clock = clock;
  }

  /**
   * The job's state is read under its lock, so that a late attempt of an ended job claims nothing.
   */
  @Override
  public Placement reserve(JobId job, InstanceId instance) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobActivitiesImpl.lockedOpen(daos, job);
          InstanceRow row = Lookups.lockedInstance(daos, instance);
          UUID imageId = row.imageId();
          ImageRow image = imageId == null ? null : Lookups.image(daos, imageId);
          Optional<ReservationRow> claimed = daos.reservations().find(row.id());
          ReservationRow claim = claimed.isPresent() ? claimed.get() : claim(daos, job, row);
          boolean imageOnHost =
              imageId != null
                  && daos.images()
                      .copies(imageId)
                      .contains(new ImageCopyRow(imageId, claim.hostId(), claim.pool()));
          return new Placement(
              Lookups.ref(Lookups.host(daos, claim.hostId())),
              InstanceSpecs.instance(
                  job.value(),
                  row,
                  seal.open(row.id(), row.spec().secrets()),
                  claim.pool(),
                  image,
                  daos.instances().ports(row.id())),
              imageOnHost);
        });
  }

  /**
   * What is made of a replica or of a snapshot has no other place than their host: while only that
   * one's silence is in the way, it is waited for.
   */
  private ReservationRow claim(Daos daos, JobId job, InstanceRow row) {
    Claims claims = new Claims(daos);
    PlacementPlan plan = claims.plan(row);
    UUID wanted = row.wantedHost();
    if (plan.chosen().isEmpty() && row.spec().restored() != null && wanted != null) {
      String host = Lookups.host(daos, wanted).name();
      boolean silent =
          plan.refusals().stream()
              .anyMatch(
                  refusal ->
                      refusal.host().equals(host)
                          && refusal.reason() == Refusal.Reason.UNREACHABLE);
      if (silent) {
        throw Failures.of(FailureType.HOST_UNREACHABLE, "Host %s does not answer".formatted(host));
      }
    }
    return claims.claim(job.value(), row, plan, clock.instant());
  }

  /**
   * Capacity is free at once. Addresses stay with the instance's row, which goes with the end of
   * the job; only when something could not be undone do row and addresses stay, for the network on
   * the host may still hand them out.
   */
  @Override
  public void release(InstanceId instance) {
    database.daos().reservations().delete(instance.value());
  }

  @Override
  public ImageSource imageSource(ImageId image) {
    ImageRow row = Lookups.image(database.daos(), image.value());
    return new ImageSource(InstanceSpecs.image(row), imageAddress.apply(image));
  }

  @Override
  public void recordPlacedImage(HostId host, String pool, PlacedImage placed) {
    ImageCopyRow copy = new ImageCopyRow(placed.image().value(), host.value(), pool);
    database.daos().images().addCopy(copy);
  }

  @Override
  public void forgetPlacedImage(HostId host, String pool, ImageId image) {
    database.daos().images().removeCopy(new ImageCopyRow(image.value(), host.value(), pool));
  }

  @Override
  public void completeCreate(
      JobId job, InstanceId instance, GuestReport guest, List<StepUpdate> updates) {
    complete(
        job,
        updates,
        daos -> {
          UUID id = instance.value();
          daos.instances().setPower(id, PowerState.RUNNING, clock.instant());
          daos.instances().setGuestAddresses(id, guest.addresses());
          return Results.created(id, guest, Lookups.location(daos, instance).host());
        });
  }

  @Override
  public InstanceLocation locate(InstanceId instance) {
    return database.reading(daos -> Lookups.location(daos, instance));
  }

  @Override
  public void completeDelete(JobId job, InstanceId instance, List<StepUpdate> updates) {
    complete(
        job,
        updates,
        daos -> {
          daos.ownerships().giveBackOf(instance.value());
          daos.instances().delete(instance.value()); // claims and ports go with it
          return Results.id(instance.value());
        });
  }

  @Override
  public PowerOrder powerOrder(JobId job, InstanceId instance) {
    return database.reading(
        daos -> {
          JobRow row =
              daos.jobs()
                  .find(job.value())
                  .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no such job"));
          return Results.order(Lookups.place(daos, instance), row.request());
        });
  }

  @Override
  public void recordPower(InstanceId instance, PowerState state) {
    database.daos().instances().setPower(instance.value(), state, clock.instant());
  }

  @Override
  public void completePower(
      JobId job, InstanceId instance, PowerState state, List<StepUpdate> updates) {
    complete(
        job,
        updates,
        daos -> {
          daos.instances().setPower(instance.value(), state, clock.instant());
          return Results.id(instance.value());
        });
  }

  @Override
  public HostRef hostRef(HostId host) {
    return Lookups.ref(Lookups.host(database.daos(), host.value()));
  }

  /** Under the ledger's lock, so that nothing is placed meanwhile in a pool that goes. */
  @Override
  public void completeDiscovery(JobId job, HostId host, HostFacts facts, List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          daos.reservations().lockLedger();
          Completion.write(
              daos,
              job,
              updates,
              clock.instant(),
              row -> discovered(daos.hosts(), host.value(), facts));
        });
  }

  private JsonNode discovered(HostDao hosts, UUID host, HostFacts facts) {
    StorageKept.require(hosts, host, facts);
    hosts.setDiscovered(host, facts, facts.cpus(), facts.memoryMiB(), clock.instant());
    List<PoolFacts> there = facts.pools().stream().filter(pool -> !pool.away()).toList();
    List<PoolRow> pools = there.stream().map(pool -> row(host, pool)).toList();
    pools.forEach(hosts::putPool);
    hosts.setRooms(there.stream().map(pool -> room(host, pool)).toList());
    hosts.retainPools(host, pools.stream().map(PoolRow::name).toList());
    return Results.id(host);
  }

  private static PoolRow row(UUID host, PoolFacts pool) {
    SharedFolder shared = pool.shared();
    return new PoolRow(
        host,
        pool.name(),
        pool.path(),
        pool.capacityBytes(),
        pool.reflink(),
        shared == null ? null : shared.storage());
  }

  private static PoolRoomRow room(UUID host, PoolFacts pool) {
    return new PoolRoomRow(
        host, pool.name(), pool.fileSystem(), pool.capacityBytes(), pool.availableBytes());
  }

  @Override
  public @Nullable PlacementTarget verificationHost() {
    return database.inTransaction(Lookups::verificationHost);
  }

  @Override
  public void completeImport(
      JobId job, ImageId image, long virtualSizeBytes, List<StepUpdate> updates) {
    complete(
        job,
        updates,
        daos -> {
          daos.images().setAvailable(image.value(), virtualSizeBytes);
          return Results.id(image.value());
        });
  }

  @Override
  public void recordObservation(HostId host, @Nullable HostObservation observation) {
    Observations observations = new Observations(database, clock);
    if (observation == null) {
      observations.silent(host.value());
    } else {
      observations.seen(host.value(), observation);
    }
  }

  private void complete(JobId job, List<StepUpdate> updates, Function<Daos, JsonNode> record) {
    Completion.record(database, clock, job, updates, record);
  }
}
