package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageCopyRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.model.Steps;
import io.temporal.failure.ApplicationFailure;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says what the run of a job would do, by doing it in a transaction that its caller rolls back: the
 * claim of a new instance is the claim that the run makes, so a plan cannot differ from the run by
 * more than what others change meanwhile.
 */
public final class Forecaster {
  private static final Set<String> IN_THE_LEDGER =
      Set.of(
          Steps.RESERVE,
          Steps.ACTIVATE,
          Steps.RELEASE,
          Steps.CLOSE_HOST,
          Steps.OPEN_HOST,
          Steps.RECORD_ATTACHMENT,
          Steps.RECORD_HOST,
          Steps.RECORD_MIGRATION,
          Steps.RECORD_POWER,
          Steps.RECORD_SIZE,
          Steps.PLAN_MOVES,
          Steps.RECORD_SNAPSHOT,
          Steps.RECORD_RESTORE,
          Steps.FENCE,
          Steps.END_RUN);

  private final Daos daos;

  /** {@code daos}: of the transaction that has accepted the job. */
  public Forecaster(Daos daos) {
    this.daos = daos;
  }

  public Forecast of(JobRow job, Instant now) {
    return switch (job.kind()) {
      case CREATE_INSTANCE, RESTORE_POINT, CLONE_SNAPSHOT -> create(job, now);
      case CREATE_VOLUME -> createVolume(job, now);
      case RESIZE_VOLUME, RESIZE_INSTANCE, SNAPSHOT_INSTANCE -> grow(job);
      case REPLICATE_GROUP -> round(job, now);
      case MIGRATE_INSTANCE -> new MoveForecaster(daos).ofMove(job, hostOf(job), now);
      case EVACUATE_HOST -> new MoveForecaster(daos).ofEvacuation(job, ofSteps(job), now);
      case TEST_PLAN, DRILL, FAILOVER_PLAN, MIGRATE_PLAN, FAILBACK_PLAN -> run(job, now);
      case REPROTECT_PLAN -> reversal(job, now);
      default -> ofSteps(job);
    };
  }

  private Forecast createVolume(JobRow job, Instant now) {
    daos.reservations().lockLedger();
    VolumeRow volume = daos.volumes().findById(job.targetId()).orElseThrow();
    VolumeClaims claims = new VolumeClaims(daos);
    PlacementPlan plan = claims.plan(volume);
    PlacementPlan.@Nullable Choice chosen = plan.chosen().orElse(null);
    JobFailure failure = null;
    try {
      claims.claim(job.id(), volume, plan, now);
    } catch (ApplicationFailure refused) {
      failure = Failures.describe(refused);
    }
    String host = chosen == null ? null : chosen.hostName();
    String why = chosen == null ? null : PlanText.chosen(chosen);
    return new Forecast(
        job.steps().stream()
            .map(step -> step(step, host, step.equals(Steps.RESERVE) ? why : null))
            .toList(),
        chosen,
        plan.refusals(),
        failure);
  }

  private Forecast round(JobRow job, Instant now) {
    daos.reservations().lockLedger();
    Forecast steps = ofSteps(job);
    try {
      new Rounds(daos).plan(job.id(), job.targetId(), now);
      return steps;
    } catch (ApplicationFailure refused) {
      return new Forecast(steps.steps(), null, List.of(), Failures.describe(refused));
    }
  }

  private Forecast run(JobRow job, Instant now) {
    daos.reservations().lockLedger();
    Forecast steps = ofSteps(job);
    try {
      PlanRunRow run = daos.planRuns().find(job.id()).orElseThrow();
      RunOrder order = new Runs(daos, run).pin(now);
      Map<String, String> tiers = new HashMap<>();
      new RecoveryFacts(daos)
          .inTheWay(run, now)
          .ifPresent(jobs -> tiers.put(Steps.STOP_GUESTS, jobs));
      for (RunTier tier : order.tiers()) {
        tiers.put(Steps.recoverTier(tier.name()), names(tier));
        tier.before().forEach(step -> tiers.put(step.step(), step.words()));
        tier.after().forEach(step -> tiers.put(step.step(), step.words()));
      }
      return new Forecast(
          job.steps().stream().map(name -> step(name, null, tiers.get(name))).toList(),
          null,
          List.of(),
          null);
    } catch (ApplicationFailure refused) {
      return new Forecast(steps.steps(), null, List.of(), Failures.describe(refused));
    }
  }

  private Forecast reversal(JobRow job, Instant now) {
    Forecast steps = ofSteps(job);
    try {
      new Reversals(daos, daos.planRuns().find(job.id()).orElseThrow()).pin(now);
      return steps;
    } catch (ApplicationFailure refused) {
      return new Forecast(steps.steps(), null, List.of(), Failures.describe(refused));
    }
  }

  private static String names(RunTier tier) {
    return tier.members().stream().map(RunMember::name).collect(Collectors.joining(", "));
  }

  /** What grows stays where it is, or does not grow. */
  private Forecast grow(JobRow job) {
    daos.reservations().lockLedger();
    Forecast steps = ofSteps(job);
    try {
      if (job.kind() == JobKind.RESIZE_VOLUME) {
        VolumeLedgerActivitiesImpl.grow(
            daos, job, daos.volumes().findById(job.targetId()).orElseThrow());
      } else if (job.kind() == JobKind.SNAPSHOT_INSTANCE) {
        SnapshotRow snapshot = daos.snapshots().findById(job.targetId()).orElseThrow();
        steps = withRoom(steps, snapshot);
        SnapshotLedgerActivitiesImpl.claim(daos, snapshot);
      } else {
        ResizeLedgerActivitiesImpl.reserve(
            daos, job, daos.instances().findById(job.targetId()).orElseThrow());
      }
      return steps;
    } catch (ApplicationFailure refused) {
      return new Forecast(
          steps.steps(), steps.chosen(), steps.refusals(), Failures.describe(refused));
    }
  }

  /** Says how much room a snapshot claims until it is known what its files take. */
  private static Forecast withRoom(Forecast forecast, SnapshotRow snapshot) {
    String room =
        "room for %d MiB%s"
            .formatted(
                snapshot.sizeBytes() >> 20, snapshot.memory() ? ", the memory among them" : "");
    return new Forecast(
        forecast.steps().stream()
            .map(step -> step.name().equals(Steps.RESERVE) ? step(step.name(), null, room) : step)
            .toList(),
        forecast.chosen(),
        forecast.refusals(),
        forecast.failure());
  }

  /** Of a job that claims nothing, or has its claim. */
  public Forecast ofSteps(JobRow job) {
    String host = hostOf(job).map(HostRow::name).orElse(null);
    return new Forecast(
        job.steps().stream().map(step -> step(step, host, null)).toList(), null, List.of(), null);
  }

  private Forecast create(JobRow job, Instant now) {
    daos.reservations().lockLedger();
    InstanceRow instance = daos.instances().findById(job.targetId()).orElseThrow();
    Claims claims = new Claims(daos);
    PlacementPlan plan = claims.plan(instance);
    PlacementPlan.@Nullable Choice chosen = plan.chosen().orElse(null);
    try {
      ReservationRow claim = claims.claim(job.id(), instance, plan, now);
      return new Forecast(createSteps(job, instance, plan, claim), chosen, plan.refusals(), null);
    } catch (ApplicationFailure failure) {
      return new Forecast(
          job.steps().stream().map(step -> step(step, null, null)).toList(),
          chosen,
          plan.refusals(),
          Failures.describe(failure));
    }
  }

  private List<Forecast.Step> createSteps(
      JobRow job, InstanceRow instance, PlacementPlan plan, ReservationRow claim) {
    PlacementPlan.Choice chosen = plan.chosen().orElseThrow();
    UUID image = instance.imageId();
    boolean imageOnHost =
        image != null
            && daos.images()
                .copies(image)
                .contains(new ImageCopyRow(image, claim.hostId(), claim.pool()));
    String there = (imageOnHost ? "already on " : "copied to ") + chosen.hostName();
    return job.steps().stream()
        .map(
            step ->
                switch (step) {
                  case Steps.RESERVE -> step(step, null, PlanText.chosen(chosen));
                  case Steps.PLACE_IMAGE -> step(step, chosen.hostName(), there);
                  case Steps.CONNECT_PORTS ->
                      step(step, chosen.hostName(), addresses(instance.id()));
                  default -> step(step, chosen.hostName(), null);
                })
        .toList();
  }

  private @Nullable String addresses(UUID instance) {
    List<PortView> ports = daos.instances().ports(instance);
    return ports.isEmpty()
        ? null
        : ports.stream()
            .map(view -> view.port().ipv4() + " in " + view.networkName())
            .collect(Collectors.joining(", "));
  }

  /** Where a job that places nothing works: its host, its instance's, or one that proves images. */
  private Optional<HostRow> hostOf(JobRow job) {
    if (job.targetType() == TargetType.HOST) {
      return daos.hosts().findById(job.targetId());
    }
    if (job.targetType() == TargetType.IMAGE) {
      return Optional.ofNullable(Lookups.verificationHost(daos))
          .flatMap(target -> daos.hosts().findById(target.host().id().value()));
    }
    if (job.targetType() == TargetType.VOLUME) {
      return daos.volumes()
          .findById(job.targetId())
          .flatMap(volume -> Optional.ofNullable(volume.hostId()))
          .flatMap(daos.hosts()::findById);
    }
    if (job.targetType() == TargetType.SNAPSHOT) {
      return daos.snapshots()
          .findById(job.targetId())
          .flatMap(snapshot -> daos.hosts().findById(snapshot.hostId()));
    }
    if (job.targetType() == TargetType.LEASE) {
      return daos.jobs().find(job.targetId()).flatMap(this::hostOf);
    }
    return daos.instances()
        .findById(job.targetId())
        .flatMap(instance -> Optional.ofNullable(instance.hostId()))
        .flatMap(daos.hosts()::findById);
  }

  static Forecast.Step step(String name, @Nullable String host, @Nullable String detail) {
    return new Forecast.Step(name, IN_THE_LEDGER.contains(name) ? null : host, detail);
  }
}
