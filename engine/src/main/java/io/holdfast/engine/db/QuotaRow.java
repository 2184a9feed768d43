package io.holdfast.engine.db;

import org.jspecify.annotations.Nullable;

/** Limits of a project; null is no limit. */
public record QuotaRow(
    String project,
    @Nullable Long vcpus,
    @Nullable Long memoryMiB,
    @Nullable Long diskGiB,
    @Nullable Long instances) {
  public boolean isUnlimited() {
    return vcpus == null && memoryMiB == null && diskGiB == null && instances == null;
  }
}
