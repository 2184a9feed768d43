package io.holdfast.engine.api;

import io.holdfast.engine.placement.QuotaPlan;
import org.jspecify.annotations.Nullable;

/** A project's limits and what it uses of them. */
public record QuotaBody(String project, Item vcpus, Item memoryMiB, Item diskGiB, Item instances) {
  /** {@code limit}: null is none. */
  public record Item(@Nullable Long limit, long used) {
    private static Item of(QuotaPlan.Item item) {
      return new Item(item.limit(), item.used());
    }
  }

  public static QuotaBody of(QuotaPlan plan) {
    return new QuotaBody(
        plan.project(),
        Item.of(plan.vcpus()),
        Item.of(plan.memoryMiB()),
        Item.of(plan.diskGiB()),
        Item.of(plan.instances()));
  }
}
