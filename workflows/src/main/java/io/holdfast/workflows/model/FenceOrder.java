package io.holdfast.workflows.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance that another one is to take over from.
 *
 * @param proof that it does not run, for people; null: it has to be found
 * @param ownership that its hosts are told; null when nobody has to be told
 * @param host that has its domain; null when none has
 * @param pool of its disks there; null when it has no host
 * @param planned true when its hosts alone can prove it, and must have found it off
 * @param other the other end of a move that has not ended; null when none is under way
 */
public record FenceOrder(
    @Nullable String proof,
    @Nullable Ownership ownership,
    @Nullable HostRef host,
    @Nullable String pool,
    boolean planned,
    @Nullable FencedPlace other) {
  /** For a run that needs no more than this. */
  public static FenceOrder proven(String proof) {
    return new FenceOrder(proof, null, null, null, false, null);
  }

  public FenceOrder withProof(@Nullable String known) {
    return new FenceOrder(known, ownership, host, pool, planned, other);
  }

  /** Where it must not run; {@link #host} first. */
  public List<FencedPlace> places() {
    List<FencedPlace> places = new ArrayList<>();
    if (host != null) {
      places.add(new FencedPlace(host, pool));
    }
    if (other != null) {
      places.add(other);
    }
    return places;
  }
}
