package io.holdfast.engine.recovery;

import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.recovery.PlannedRun.PlannedHost;
import io.holdfast.engine.recovery.PlannedRun.PlannedInstance;
import io.holdfast.engine.recovery.PlannedRun.PlannedPoint;
import io.holdfast.engine.recovery.PlannedRun.PlannedTier;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedInstance;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedTier;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownPoint;
import io.holdfast.engine.recovery.RunRefusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a plan and the world into a run: of each instance the point, the host that has its
 * replicas, and the networks; in the order of the plan. What is in the way is said of each instance
 * by itself, so that a disaster recovers the others.
 */
public final class RecoveryPlanner {
  private final RecoveryQuestion question;
  private final Room room;
  private final QuotaLeft quota;
  private final AddressChooser addresses;
  private final List<RunRefusal> refusals = new ArrayList<>();

  private RecoveryPlanner(RecoveryQuestion question) {
    this.question = question;
    this.room = new Room(question.hosts());
    this.quota = new QuotaLeft(question.allowance());
    this.addresses = new AddressChooser(question);
  }

  public static PlannedRun plan(RecoveryQuestion question) {
    RecoveryPlanner planner = new RecoveryPlanner(question);
    List<PlannedTier> tiers = question.tiers().stream().map(planner::tier).toList();
    return new PlannedRun(tiers, List.copyOf(planner.refusals));
  }

  private PlannedTier tier(AskedTier tier) {
    List<PlannedInstance> instances = tier.instances().stream().map(this::instance).toList();
    if (instances.stream().allMatch(PlannedInstance::recovered)) { // nothing to do, nor around it
      return new PlannedTier(tier.name(), List.of(), instances, List.of());
    }
    return new PlannedTier(tier.name(), steps(tier.before()), instances, steps(tier.after()));
  }

  private List<PlanStep> steps(List<PlanStep> steps) {
    return steps.stream().filter(step -> step.isFor(question.kind())).toList();
  }

  private PlannedInstance instance(AskedInstance asked) {
    if (asked.recovered()) {
      return PlannedInstance.of(asked.source(), asked.name(), true, null);
    }
    int before = refusals.size();
    if (question.kind().isPlanned()) {
      judge(asked, asked.runsOn());
      warn(asked);
    }
    PointChooser.Choice choice = PointChooser.choose(question, asked);
    choice.refusal().ifPresent(refusals::add);
    KnownPoint point = choice.point();
    if (point == null) {
      return PlannedInstance.of(asked.source(), asked.name(), false, firstSince(before));
    }
    NamedSize size = RecoveryResources.of(asked.resources(), point.was());
    PlannedHost host = host(asked, point, size);
    NicPlanner.Nics nics = NicPlanner.plan(question, addresses, asked, point);
    refusals.addAll(nics.refusals());
    return new PlannedInstance(
        asked.source(),
        asked.name(),
        false,
        new PlannedPoint(
            point.id(),
            point.number(),
            asked.group(),
            point.takenAt(),
            point.verifiedAt(),
            point.disks(),
            choice.why()),
        host,
        size,
        nics.nics(),
        steps(asked.before()),
        steps(asked.after()),
        firstSince(before));
  }

  /** Its guest is to be shut down there, and copied once more. */
  private void judge(AskedInstance asked, RecoveryQuestion.@Nullable Source source) {
    if (source == null) {
      refuse(Reason.SOURCE_GONE, asked, null, "it is on no host");
    } else if (!source.reachable()) {
      refusals.add(
          new RunRefusal(
              Reason.HOST_SILENT,
              asked.field(),
              asked.name(),
              source.host(),
              source.host() + ": the worker of the instance's host does not answer",
              true));
    }
  }

  /** Its guest may be off for as long as that takes; what is about a group is said once. */
  private void warn(AskedInstance asked) {
    for (String busy : asked.busy()) {
      if (refusals.stream().noneMatch(known -> known.words().equals(busy))) {
        refusals.add(new RunRefusal(Reason.BUSY, asked.field(), asked.name(), null, busy, false));
      }
    }
  }

  private @Nullable RunRefusal firstSince(int before) {
    return refusals.subList(before, refusals.size()).stream()
        .filter(RunRefusal::stops)
        .findFirst()
        .orElse(null);
  }

  private @Nullable PlannedHost host(AskedInstance asked, KnownPoint point, NamedSize size) {
    Optional<HostCapacity> found =
        question.hosts().stream().filter(host -> host.id().equals(point.host())).findFirst();
    if (found.isEmpty()) {
      refuse(Reason.OTHER_SITE, asked, null, "the host with its replicas is not there any more");
      return null;
    }
    HostCapacity host = found.get();
    if (!host.site().equals(question.site())) {
      refuse(Reason.OTHER_SITE, asked, host, "its replicas are not at the recovery site");
    } else if (host.state() != HostCapacity.State.ACTIVE) {
      refuse(Reason.HOST_MAINTENANCE, asked, host, "the host is " + host.state());
    } else if (!host.reachable()) {
      refuse(Reason.HOST_SILENT, asked, host, "the host's worker does not answer");
    } else {
      room.take(host, size, point.disks())
          .ifPresent(lack -> refuse(Reason.NO_CAPACITY, asked, host, lack));
      quota
          .take(size, point.disks())
          .forEach(excess -> refuse(Reason.QUOTA_EXCEEDED, asked, null, excess));
    }
    return new PlannedHost(host.id(), host.name());
  }

  private void refuse(
      Reason reason, AskedInstance asked, @Nullable HostCapacity host, String words) {
    String name = host == null ? null : host.name();
    String where = name == null ? words : name + ": " + words;
    refusals.add(new RunRefusal(reason, asked.field(), asked.name(), name, where, true));
  }
}
