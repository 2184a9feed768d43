package io.holdfast.activities.replication.stream;

import io.holdfast.workflows.model.StreamCounts;

/** Counts what a stream carries, over all its connections. */
final class Tally {
  private long wire;
  private long zero;
  private long same;

  Tally(StreamCounts before) {
    wire = before.wire();
    zero = before.zero();
    same = before.same();
  }

  void wire(long bytes) {
    wire += bytes;
  }

  void zero(long bytes) {
    zero += bytes;
  }

  void same(long bytes) {
    same += bytes;
  }

  /** {@code position}: up to where the disk is done. */
  StreamCounts counts(long position) {
    return new StreamCounts(position, wire, zero, same);
  }
}
