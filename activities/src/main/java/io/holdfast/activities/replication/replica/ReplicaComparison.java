package io.holdfast.activities.replication.replica;

import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.model.LostWrites;
import io.holdfast.workflows.model.LostWrites.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says where two disks differ, by their leaves alone. */
final class ReplicaComparison {
  private final List<ByteRange> first = new ArrayList<>();
  private long bytes;
  private int ranges;
  private long begun = -1;

  private ReplicaComparison() {}

  /** {@code before}: null for a disk of zeros; a shorter one ends in zeros. */
  static LostWrites compare(Manifest now, @Nullable Manifest before) throws IOException {
    ReplicaComparison comparison = new ReplicaComparison();
    for (int leaf = 0; leaf < now.leaves(); leaf++) {
      if (leaf % Manifest.NODE == 0) {
        Beat.current().check();
      }
      long offset = (long) leaf * Leaf.SIZE;
      if (differs(now, before, leaf)) {
        comparison.differs(offset, Leaf.length(leaf, now.bytes()));
      } else {
        comparison.endRange(offset);
      }
    }
    comparison.endRange(now.bytes());
    return new LostWrites(comparison.bytes, comparison.ranges, List.copyOf(comparison.first));
  }

  private static boolean differs(Manifest now, @Nullable Manifest before, int leaf)
      throws IOException {
    if (before == null || leaf >= before.leaves()) {
      return !now.isZero(leaf);
    }
    return !now.has(leaf, before.hashes(leaf, 1), 0);
  }

  private void differs(long offset, int length) {
    bytes += length;
    begun = begun < 0 ? offset : begun;
  }

  private void endRange(long end) {
    if (begun < 0) {
      return;
    }
    ranges++;
    if (first.size() < LostWrites.MOST) {
      first.add(new ByteRange(begun, end - begun));
    }
    begun = -1;
  }
}
