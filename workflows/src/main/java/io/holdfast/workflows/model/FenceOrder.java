package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance that another one is to take over from.
 *
 * @param proof that it does not run, for people; null: it has to be found
 * @param ownership that its host is told; null when nobody has to be told
 * @param host that has its domain; null when none has
 * @param pool of its disks there; null when it has no host
 * @param planned true when its host alone can prove it, and must have found it off
 */
public record FenceOrder(
    @Nullable String proof,
    @Nullable Ownership ownership,
    @Nullable HostRef host,
    @Nullable String pool,
    boolean planned) {
  /** For a run that needs no more than this. */
  public static FenceOrder proven(String proof) {
    return new FenceOrder(proof, null, null, null, false);
  }
}
