package io.holdfast.engine.recovery;

import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.UsageRow;
import io.holdfast.engine.placement.QuotaPlan;
import io.holdfast.engine.placement.QuotaPlan.Item;
import io.holdfast.engine.recovery.RecoveryQuestion.Allowance;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownDisk;
import java.util.List;

/** What a project may still use, less what the instances before take. */
final class QuotaLeft {
  private static final long GIB = 1L << 30;

  private final QuotaRow limits;
  private UsageRow used;

  QuotaLeft(Allowance allowance) {
    limits = allowance.limits();
    used = allowance.used();
  }

  /** Takes what the instance needs, or says which limits it would exceed, and takes nothing. */
  List<String> take(NamedSize size, List<KnownDisk> disks) {
    UsageRow after =
        new UsageRow(
            used.vcpus() + size.vcpus(),
            used.memoryMiB() + size.memoryMiB(),
            used.diskGiB() + disks.stream().mapToLong(QuotaLeft::gib).sum(),
            used.instances() + 1);
    List<String> excess =
        new QuotaPlan(
                limits.project(),
                new Item(limits.vcpus(), used.vcpus(), after.vcpus()),
                new Item(limits.memoryMiB(), used.memoryMiB(), after.memoryMiB()),
                new Item(limits.diskGiB(), used.diskGiB(), after.diskGiB()),
                new Item(limits.instances(), used.instances(), after.instances()))
            .excess();
    if (excess.isEmpty()) {
      used = after;
    }
    return excess;
  }

  private static long gib(KnownDisk disk) {
    return (disk.bytes() + GIB - 1) / GIB;
  }
}
