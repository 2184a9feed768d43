package io.holdfast.activities.replication;

import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdReads;
import io.holdfast.activities.worker.Beat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Reads leaves of a disk in ascending order: many reads in flight, the processors' work on them in
 * a pool, the results in order on the calling thread.
 */
public final class DiskScan {
  /** Bytes that are read at once: four leaves; larger ones only cost memory. */
  public static final int CHUNK = 4 * Leaf.SIZE;

  private static final int MOST_WORKING = 16;

  private DiskScan() {}

  /** Reads the leaves and closes the connection. */
  public static <T> void run(
      NbdConnection disk, BitSet leaves, ExecutorService pool, Work<T> work, Sink<T> sink)
      throws IOException {
    try (NbdReads reads = new NbdReads(disk, CHUNK)) {
      Deque<Long> offsets = new ArrayDeque<>();
      Deque<Future<T>> working = new ArrayDeque<>();
      int next = leaves.nextSetBit(0);
      while (next >= 0 || !reads.isEmpty() || !working.isEmpty()) {
        Beat.current().check();
        while (next >= 0 && reads.hasRoom()) {
          long offset = (long) next * Leaf.SIZE;
          int end = Math.min(leaves.nextClearBit(next), next + CHUNK / Leaf.SIZE);
          long to = Math.min((long) end * Leaf.SIZE, disk.size());
          reads.begin(offset, (int) (to - offset));
          offsets.add(offset);
          next = leaves.nextSetBit(end);
        }
        if (!reads.isEmpty()) {
          working.add(pool.submit(work.on(offsets.remove(), reads.take())));
        }
        while (!working.isEmpty()
            && (reads.isEmpty() || working.size() > MOST_WORKING || working.element().isDone())) {
          sink.take(result(working.remove()));
        }
      }
    }
  }

  /** Waits for work in a pool; what it threw is thrown here. */
  public static <T> T result(Future<T> working) throws IOException {
    try {
      return working.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("Stopped", stopped);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException known) {
        throw known;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /** What is done with a chunk: {@code on} on the calling thread, what it returns in the pool. */
  @FunctionalInterface
  public interface Work<T> {
    Callable<T> on(long offset, byte[] bytes) throws IOException;
  }

  /** Takes the results, in the order of their offsets. */
  @FunctionalInterface
  public interface Sink<T> {
    void take(T result) throws IOException;
  }
}
