package io.holdfast.activities.replication.replica;

import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.DiskScan;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdConnection.Match;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;

/** Reads a replica's file as a guest would, and hashes what is there. */
final class ReplicaReader {
  private final ExecutorService pool;

  ReplicaReader(ExecutorService pool) {
    this.pool = pool;
  }

  /** The first leaf that is not what the manifest says; empty when all of them are. */
  OptionalInt firstWrong(Path disk, Manifest manifest) throws IOException {
    BitSet wrong = new BitSet();
    BitSet data =
        read(
            disk,
            (leaf, hashes) -> {
              for (int i = 0; i < hashes.length / Leaf.HASH; i++) {
                if (!manifest.has(leaf + i, hashes, i * Leaf.HASH)) {
                  wrong.set(leaf + i);
                }
              }
            });
    for (int leaf = 0; leaf < manifest.leaves(); leaf++) {
      if (!data.get(leaf) && !manifest.isZero(leaf)) {
        wrong.set(leaf);
      }
    }
    return wrong.isEmpty() ? OptionalInt.empty() : OptionalInt.of(wrong.nextSetBit(0));
  }

  /** Writes a new manifest of what the disk holds. */
  void describe(Path disk, Path file, long bytes) throws IOException {
    try (Manifest manifest = Manifest.create(file, bytes)) {
      read(disk, manifest::put);
      manifest.sync();
    }
  }

  private BitSet read(Path disk, Leaves sink) throws IOException {
    try (QemuNbd server = QemuNbd.reading(disk, List.of());
        NbdConnection nbd =
            NbdConnection.open(server.socket(), "", List.of(NbdConnection.ALLOCATION))) {
      Map<String, Match> data = Map.of(NbdConnection.ALLOCATION, new Match(NbdConnection.ZERO, 0));
      BitSet leaves =
          nbd.units(Leaf.SIZE, data).getOrDefault(NbdConnection.ALLOCATION, new BitSet());
      DiskScan.run(
          nbd,
          leaves,
          pool,
          (offset, bytes) -> () -> new Hashed(offset, Leaf.hashes(bytes, bytes.length)),
          hashed -> sink.take((int) (hashed.offset() / Leaf.SIZE), hashed.hashes()));
      return leaves;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Hashed(long offset, byte[] hashes) {}

  @FunctionalInterface
  private interface Leaves {
    void take(int first, byte[] hashes) throws IOException;
  }
}
