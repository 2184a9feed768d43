package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * A domain as its source describes it to a target.
 *
 * @param xml libvirt's migratable description
 * @param overlays the number of the topmost overlay of its disks; 0 when they lie under none
 * @param shared where all of its disks lie, as the source reads it now; null: on no shared storage
 */
public record MigratableDomain(
    PowerState state, String xml, int overlays, @Nullable SharedFolder shared) {
  /** For a move that copies the disks, wherever they lie. */
  public MigratableDomain copied() {
    return new MigratableDomain(state, xml, overlays, null);
  }
}
