package io.holdfast.activities.replication.replica;

import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdWrites;
import io.holdfast.activities.replication.stream.Frame;
import io.holdfast.activities.replication.stream.Intake;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a stream into its staged clone. Data are durable before their leaves are written, and both
 * before the journal says so: after a crash a leaf never promises what is not there.
 */
final class StagedIntake implements Intake {
  private static final Logger LOG = LoggerFactory.getLogger(StagedIntake.class);

  private final Staging staging;
  private final Frame.Ready ready;
  private final Manifest leaves;
  private final QemuNbd server;
  private final NbdWrites writes;
  private final Runnable left;
  private boolean closed;

  /** {@code left}: told once all is let go. */
  StagedIntake(Staging staging, Frame.Ready ready, Runnable left) throws IOException {
    this.staging = staging;
    this.ready = ready;
    this.left = left;
    leaves = Manifest.open(staging.leaves(), true);
    QemuNbd started = null;
    try {
      started = QemuNbd.writing(staging.disk());
      NbdConnection disk = NbdConnection.open(started.socket(), "", List.of());
      writes = new NbdWrites(disk, Intake.MOST_BYTES);
      server = started;
    } catch (IOException | RuntimeException failed) {
      leaves.close();
      if (started != null) {
        started.close();
      }
      throw failed;
    }
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
  public synchronized void mark(Frame.Mark mark) throws IOException {
    requireOpen();
    sync();
    staging.journal().mark(mark.offset(), mark.counts());
  }

  @Override
  public synchronized String end(Frame.End end) throws IOException {
    requireOpen();
    sync();
    String root = leaves.root();
    if (!root.equals(end.root())) {
      staging.journal().view(new UUID(0, 0)); // nothing of this stream counts any more
      throw Failures.of(
          FailureType.STREAM_BROKEN, "The replica has root " + root + ", the disk " + end.root());
    }
    staging.journal().end(root, leaves.bytes(), end.counts());
    return root;
  }

  private void sync() throws IOException {
    writes.sync();
    leaves.sync();
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("Another connection has taken this stream over");
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    writes.close();
    server.close();
    try {
      leaves.close();
    } catch (IOException stays) {
      LOG.warn("{}: {}", staging.leaves(), stays.getMessage());
    }
    left.run();
  }
}
