package io.holdfast.engine.recovery;

import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlacementPlanner;
import io.holdfast.engine.placement.PlacementRequest;
import io.holdfast.engine.placement.Promises;
import io.holdfast.engine.placement.Refusal;
import io.holdfast.engine.placement.Refusal.Numbers;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownDisk;
import java.util.List;
import java.util.Optional;

/** What hosts have free, less what the instances before take; by the planner that will claim it. */
final class Room {
  private final Promises promises;

  Room(List<HostCapacity> hosts) {
    promises = new Promises(hosts);
  }

  /** Takes what the instance needs, or says what is missing. */
  Optional<String> take(HostCapacity host, NamedSize size, List<KnownDisk> disks) {
    long bytes = disks.stream().mapToLong(KnownDisk::bytes).sum();
    PlacementRequest request =
        new PlacementRequest(size.vcpus(), size.memoryMiB(), bytes, null, host.id());
    List<HostCapacity> there =
        promises.hosts().stream().filter(each -> each.id().equals(host.id())).toList();
    PlacementPlan plan = PlacementPlanner.plan(request, there);
    plan.chosen().ifPresent(choice -> promises.promise(choice, request));
    return plan.refusals().stream().findFirst().map(Room::lack);
  }

  private static String lack(Refusal refusal) {
    Numbers numbers = refusal.numbers();
    if (numbers == null) {
      return "it has no pool";
    }
    String unit =
        switch (refusal.reason()) {
          case MEMORY -> "MiB of memory";
          case DISK -> "MiB of disk";
          default -> numbers.unit();
        };
    return "%d %s are needed, %d are free".formatted(numbers.needed(), unit, numbers.free());
  }
}
