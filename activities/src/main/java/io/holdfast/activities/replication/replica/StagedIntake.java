package io.holdfast.activities.replication.replica;

import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.DiskScan;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdWrites;
import io.holdfast.activities.replication.stream.Frame;
import io.holdfast.activities.replication.stream.Intake;
import io.holdfast.activities.worker.DaemonThreads;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a stream into its staged clone. Data are durable before their leaves are written, and both
 * before the journal says so: after a crash a leaf never promises what is not there. A mark is made
 * durable by a thread of its own, over a second connection, while the stream goes on: a disk that
 * is slow to flush would else hold it up each time.
 */
final class StagedIntake implements Intake {
  private static final Logger LOG = LoggerFactory.getLogger(StagedIntake.class);

  private final Staging staging;
  private final Frame.Ready ready;
  private final Manifest leaves;
  private final QemuNbd server;
  private final NbdWrites writes;
  private final NbdConnection flushes;
  private final ExecutorService marks =
      Executors.newSingleThreadExecutor(DaemonThreads.named("marks"));
  private final Queue<Manifest.Changes> durable = new ConcurrentLinkedQueue<>();
  private final Runnable left;
  private volatile @Nullable IOException broken;
  private boolean closed;

  /** {@code left}: told once all is let go. */
  StagedIntake(Staging staging, Frame.Ready ready, Runnable left) throws IOException {
    this.staging = staging;
    this.ready = ready;
    this.left = left;
    leaves = Manifest.open(staging.leaves(), true);
    QemuNbd started = null;
    NbdConnection first = null;
    try {
      started = QemuNbd.writing(staging.disk());
      first = NbdConnection.open(started.socket(), "", List.of());
      flushes = second(started);
      writes = new NbdWrites(first, Intake.MOST_BYTES);
      server = started;
    } catch (IOException | RuntimeException failed) {
      leaves.close();
      if (first != null) {
        first.close();
      }
      if (started != null) {
        started.close();
      }
      throw failed;
    }
  }

  private static NbdConnection second(QemuNbd server) throws IOException {
    NbdConnection second = NbdConnection.open(server.socket(), "", List.of());
    if (!second.flushesForAll()) {
      second.close();
      throw Failures.of(
          FailureType.HOST_UNSUITABLE,
          "This host's qemu-nbd does not flush for all of its connections; QEMU 7.1 does");
    }
    return second;
  }

  @Override
  public Frame.Ready ready() {
    return ready;
  }

  @Override
  public @Nullable Manifest leaves() {
    return ready.leaves() ? leaves : null;
  }

  @Override
  public synchronized void data(long offset, byte[] bytes, byte[] hashes) throws IOException {
    requireOpen();
    writes.write(offset, bytes, bytes.length);
    leaves.put((int) (offset / Leaf.SIZE), hashes);
  }

  @Override
  public synchronized void zero(long offset, long length) throws IOException {
    requireOpen();
    writes.zero(offset, length);
    leaves.putZeros((int) (offset / Leaf.SIZE), Leaf.count(length));
  }

  @Override
  public synchronized CompletableFuture<Void> mark(Frame.Mark mark) throws IOException {
    requireOpen();
    writes.landAll();
    settle();
    Manifest.Changes changes = leaves.changes();
    return CompletableFuture.runAsync(() -> makeDurable(mark, changes), marks);
  }

  private void makeDurable(Frame.Mark mark, Manifest.Changes changes) {
    try {
      flushes.flush();
      changes.sync();
      staging.journal().mark(mark.offset(), mark.counts());
      durable.add(changes);
    } catch (IOException failed) {
      broken = failed; // a later flush may succeed, and yet not have what this one lost
      throw new CompletionException(failed);
    }
  }

  private void settle() {
    for (Manifest.Changes one = durable.poll(); one != null; one = durable.poll()) {
      leaves.settle(one);
    }
  }

  @Override
  public synchronized String end(Frame.End end) throws IOException {
    requireOpen();
    writes.landAll();
    DiskScan.result(
        marks.submit( // behind the last mark
            () -> {
              flushes.flush();
              return true;
            }));
    requireOpen();
    settle();
    leaves.sync();
    String root = leaves.root();
    if (!root.equals(end.root())) {
      staging.journal().view(Staging.NOBODYS); // nothing of this stream counts any more
      throw Failures.of(
          FailureType.STREAM_BROKEN, "The replica has root " + root + ", the disk " + end.root());
    }
    staging.journal().end(root, leaves.bytes(), end.counts());
    return root;
  }

  /**
   * A full pool is for a person, who needs its numbers; from where the next stream goes on, too.
   */
  @Override
  public Exception told(IOException failed) {
    if (Failures.typeOf(FailureMapping.typed(failed)) != FailureType.STORAGE_FULL) {
      return failed;
    }
    ReplicaSpec replica = staging.replica();
    try {
      return Failures.of(
          FailureType.STORAGE_FULL,
          "Pool %s has %d bytes left; %d of the disk's %d bytes are done"
              .formatted(
                  replica.pool(),
                  staging.room(),
                  staging.journal().read().offset(),
                  replica.bytes()),
          failed);
    } catch (IOException unknown) {
      failed.addSuppressed(unknown);
      return failed;
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("Another connection has taken this stream over");
    }
    IOException earlier = broken;
    if (earlier != null) {
      throw new IOException("A mark is not durable: " + earlier.getMessage(), earlier);
    }
  }

  private void endMarks() {
    marks.shutdown();
    boolean interrupted = false;
    while (!marks.isTerminated()) {
      try {
        marks.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A mark that is on its way is made durable first; what is told of it is of no use any more. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    endMarks();
    writes.close();
    flushes.close();
    server.close();
    try {
      leaves.close();
    } catch (IOException stays) {
      LOG.warn("{}: {}", staging.leaves(), stays.getMessage());
    }
    left.run();
  }
}
