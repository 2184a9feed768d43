package io.holdfast.activities.replication.stream;

import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdConnection.Match;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A frozen disk to be sent.
 *
 * @param view names the moment; another one is another view
 * @param looked leaves that may differ from the base: those of the dirty bitmap, or all
 * @param data leaves that hold something; the others read as zeros
 */
public record DiskSource(NbdConnection disk, UUID view, BitSet looked, BitSet data) {
  /**
   * Asks the server which leaves matter.
   *
   * @param bitmap name of the dirty bitmap that says what changed; null to look at all
   */
  public static DiskSource of(NbdConnection disk, UUID view, @Nullable String bitmap)
      throws IOException {
    Map<String, Match> contexts = new HashMap<>();
    contexts.put(NbdConnection.ALLOCATION, new Match(NbdConnection.ZERO, 0));
    BitSet all = new BitSet();
    all.set(0, Leaf.count(disk.size()));
    if (bitmap == null) {
      BitSet data = disk.units(Leaf.SIZE, contexts).get(NbdConnection.ALLOCATION);
      return new DiskSource(disk, view, all, data == null ? all : data);
    }
    String dirty = NbdConnection.bitmap(bitmap);
    contexts.put(dirty, new Match(NbdConnection.DIRTY, NbdConnection.DIRTY));
    Map<String, BitSet> units = disk.units(Leaf.SIZE, contexts);
    return new DiskSource(
        disk,
        view,
        units.getOrDefault(dirty, all),
        units.getOrDefault(NbdConnection.ALLOCATION, all));
  }

  /**
   * The same, with a look at all that the receiver has otherwise than its base had: no bitmap knows
   * of that.
   *
   * @param told the receiver's leaves
   * @param base leaves of the receiver's base; null when they are not known
   */
  DiskSource judged(Manifest told, @Nullable Path base) throws IOException {
    BitSet more = (BitSet) looked.clone();
    if (base == null) {
      more.set(0, told.leaves());
    } else {
      try (Manifest before = Manifest.open(base, false)) {
        for (int leaf = 0; leaf < told.leaves(); leaf++) {
          if (leaf >= before.leaves() || !before.has(leaf, told.hashes(leaf, 1), 0)) {
            more.set(leaf);
          }
        }
      }
    }
    return new DiskSource(disk, view, more, data);
  }

  /** Bytes that are looked at and hold something. */
  long expected() {
    BitSet both = (BitSet) looked.clone();
    both.and(data);
    return (long) both.cardinality() * Leaf.SIZE;
  }
}
