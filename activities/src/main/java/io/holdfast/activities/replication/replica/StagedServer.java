package io.holdfast.activities.replication.replica;

import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A staged disk, served to the stream that is written into it: one connection for what is written,
 * another one for flushes. It goes with this process, since its client does.
 */
final class StagedServer implements AutoCloseable {
  private final QemuNbd server;
  private final NbdConnection writes;
  private final NbdConnection flushes;

  private StagedServer(QemuNbd server, NbdConnection writes, NbdConnection flushes) {
    this.server = server;
    this.writes = writes;
    this.flushes = flushes;
  }

  /** Returns once it can be written to; nobody else has the disk then. */
  @SuppressWarnings("MustBeClosed") // the answer closes them
  static StagedServer start(Path disk) throws IOException {
    QemuNbd server = QemuNbd.writing(disk);
    NbdConnection first = null;
    try {
      first = NbdConnection.open(server.socket(), "", List.of());
      return new StagedServer(server, first, second(server));
    } catch (IOException | RuntimeException failed) {
      if (first != null) {
        first.close();
      }
      server.close();
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

  NbdConnection writes() {
    return writes;
  }

  NbdConnection flushes() {
    return flushes;
  }

  /** Returns once the disk is let go of. */
  @Override
  public void close() {
    writes.close();
    flushes.close();
    server.close();
  }
}
