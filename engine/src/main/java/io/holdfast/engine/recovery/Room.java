package io.holdfast.engine.recovery;

import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownDisk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What hosts have free, less what the instances before take. */
final class Room {
  private final Map<UUID, Free> free = new HashMap<>();

  Room(List<HostCapacity> hosts) {
    for (HostCapacity host : hosts) {
      long disk = host.pools().stream().mapToLong(PoolCapacity::freeBytes).max().orElse(0);
      free.put(host.id(), new Free(host.freeVcpus(), host.freeMemoryMiB(), disk));
    }
  }

  /** Takes what the instance needs, or says what is missing. */
  Optional<String> take(HostCapacity host, NamedSize size, List<KnownDisk> disks) {
    Free there = free.getOrDefault(host.id(), new Free(0, 0, 0));
    Free left =
        new Free(
            there.vcpus - size.vcpus(),
            there.memoryMiB - size.memoryMiB(),
            there.diskBytes - disks.stream().mapToLong(KnownDisk::bytes).sum());
    if (left.vcpus < 0) {
      return lack("vcpus", size.vcpus(), there.vcpus);
    }
    if (left.memoryMiB < 0) {
      return lack("MiB of memory", size.memoryMiB(), there.memoryMiB);
    }
    if (left.diskBytes < 0) {
      return lack("MiB of disk", (there.diskBytes - left.diskBytes) >> 20, there.diskBytes >> 20);
    }
    free.put(host.id(), left);
    return Optional.empty();
  }

  private static Optional<String> lack(String unit, long needed, long there) {
    return Optional.of("%d %s are needed, %d are free".formatted(needed, unit, Math.max(0, there)));
  }

  private record Free(long vcpus, long memoryMiB, long diskBytes) {}
}
