package io.holdfast.engine.placement;

import io.holdfast.engine.placement.Refusal.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where an instance goes that is on a host already: as {@link PlacementPlanner} does, among
 * the hosts that its guest can run on. A running guest's state is read by a QEMU that is as new as
 * the one that wrote it, or newer (QEMU's rule for its machine types).
 */
public final class MigrationPlanner {
  private MigrationPlanner() {}

  /**
   * What a host runs guests with.
   *
   * @param domainType "kvm" or "qemu"
   * @param qemu its version, "7.2.0"
   */
  public record Hypervisor(String domainType, String qemu) {}

  /**
   * Plans it.
   *
   * @param source the host that it leaves
   * @param hypervisors by host; a host that was never discovered has none
   */
  public static PlacementPlan plan(
      PlacementRequest request,
      UUID source,
      Map<UUID, Hypervisor> hypervisors,
      List<HostCapacity> hosts) {
    List<HostCapacity> able = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    Hypervisor from = hypervisors.get(source);
    for (HostCapacity host : hosts) {
      Reason reason = reason(host, source, from, hypervisors.get(host.id()));
      if (reason == null || !isAskedFor(request, host)) {
        able.add(host);
      } else {
        refusals.add(
            new Refusal(
                host.name(), reason, null, null, detail(reason, from, hypervisors.get(host.id()))));
      }
    }
    PlacementPlan plan = PlacementPlanner.plan(request, able);
    refusals.addAll(plan.refusals());
    refusals.sort(Comparator.comparing(Refusal::host));
    return new PlacementPlan(plan.chosen(), List.copyOf(refusals));
  }

  /** Of another host it is enough to say that it was not asked for. */
  private static boolean isAskedFor(PlacementRequest request, HostCapacity host) {
    return (request.host() == null || request.host().equals(host.id()))
        && (request.site() == null || request.site().equals(host.site()));
  }

  private static @Nullable Reason reason(
      HostCapacity host, UUID source, @Nullable Hypervisor from, @Nullable Hypervisor to) {
    if (host.id().equals(source)) {
      return Reason.ALREADY_THERE;
    }
    if (from == null || to == null) {
      return null;
    }
    if (!from.domainType().equals(to.domainType())) {
      return Reason.OTHER_DOMAIN_TYPE;
    }
    return compare(to.qemu(), from.qemu()) < 0 ? Reason.OLDER_QEMU : null;
  }

  private static @Nullable String detail(
      Reason reason, @Nullable Hypervisor from, @Nullable Hypervisor to) {
    if (from == null || to == null) {
      return null;
    }
    return switch (reason) {
      case OTHER_DOMAIN_TYPE ->
          "it runs guests by %s, the source by %s".formatted(to.domainType(), from.domainType());
      case OLDER_QEMU -> "it has %s, the source %s".formatted(to.qemu(), from.qemu());
      default -> null;
    };
  }

  private static int compare(String one, String other) {
    return java.util.Arrays.compare(numbers(one), numbers(other));
  }

  private static int[] numbers(String version) {
    return java.util.Arrays.stream(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
