package io.holdfast.workflows.model;

import java.util.List;
import java.util.UUID;

/**
 * A lease that is to be released.
 *
 * @param kind of the job that holds it
 * @param generation from which on a host lets calls in
 * @param places where the holder may have worked; empty when it works on no host
 */
public record HeldLease(JobKind kind, UUID resource, long generation, List<HeldPlace> places) {
  /** What an engine recorded that asked for instances only. */
  public HeldLease {
    places = places == null ? List.of() : List.copyOf(places);
  }
}
