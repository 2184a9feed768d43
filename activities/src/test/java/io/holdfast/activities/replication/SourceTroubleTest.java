package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.replication.nbd.NbdException;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources that fail or are slow: nbdkit's filters before a raw copy of the disk. */
class SourceTroubleTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 150L * MIB;
  private static final int DATA = 100 * MIB;

  @TempDir Path folder;

  @Test
  void aDiskThatCannotBeReadEndsTheStreamAndTheNextOneGoesOn() throws Exception {
    Path trigger = folder.resolve("fail");
    try (TwoHosts hosts = new TwoHosts(folder, 60L * MIB);
        Nbdkit source =
            new Nbdkit(
                hosts,
                List.of("--filter=error"),
                List.of(
                    "error-pread=EIO", "error-pread-rate=100%", "error-pread-file=" + trigger))) {
      ReplicaSpec replica = hosts.replica(SIZE, null, null);
      OpenedReplica target = hosts.replicas.openReplica(replica);
      UUID view = UUID.randomUUID();
      CompletableFuture<StreamCounts> sending =
          CompletableFuture.supplyAsync(() -> send(hosts, source, replica, target, view));
      await().until(() -> hosts.marked(replica) > 0);
      Files.createFile(trigger);

      assertThatThrownBy(() -> sending.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(NbdException.class, e -> assertThat(e.isLost()).isFalse())
          .hasMessageContaining("Input/output error");
      long marked = hosts.marked(replica);
      assertThat(marked).isBetween(1L, (long) DATA - 1);

      Files.delete(trigger);
      long before = hosts.sent();
      hosts.sendFrom(source.socket, replica, target, view);

      assertThat(hosts.sent() - before).isLessThanOrEqualTo(DATA - marked + MIB);
      SealedReplica sealed = hosts.replicas.sealReplica(replica);
      assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
      assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
    }
  }

  /** One read after the other would take 40 s. */
  @Test
  void aSlowDiskIsReadWithManyRequestsInFlight() throws Exception {
    try (TwoHosts hosts = new TwoHosts(folder, 0);
        Nbdkit source =
            new Nbdkit(hosts, List.of("--filter=delay", "--threads=32"), List.of("rdelay=100ms"))) {
      ReplicaSpec replica = hosts.replica(SIZE, null, null);
      OpenedReplica target = hosts.replicas.openReplica(replica);

      long start = System.nanoTime();
      hosts.sendFrom(source.socket, replica, target, UUID.randomUUID());

      assertThat((System.nanoTime() - start) / 1e9).isLessThan(20);
      assertThat(hosts.replicas.sealReplica(replica).root()).isEqualTo(hosts.rootOf(hosts.disk));
    }
  }

  private static StreamCounts send(
      TwoHosts hosts, Nbdkit source, ReplicaSpec replica, OpenedReplica target, UUID view) {
    try {
      return hosts.sendFrom(source.socket, replica, target, view);
    } catch (IOException failed) {
      throw new CompletionException(failed);
    }
  }

  /** Serves what the source's disk holds, through filters. */
  private static final class Nbdkit implements AutoCloseable {
    final Path socket;
    private final Process server;

    Nbdkit(TwoHosts hosts, List<String> filters, List<String> parameters) throws IOException {
      byte[] content = new byte[DATA];
      new Random(7).nextBytes(content);
      hosts.create(SIZE);
      hosts.write(0, content);
      Path raw = hosts.folder.resolve("source.raw");
      Commands.require(
          List.of("qemu-img", "convert", "-O", "raw", hosts.disk.toString(), raw.toString()));
      socket = hosts.folder.resolve("nbdkit.sock");
      List<String> command =
          new ArrayList<>(List.of("nbdkit", "--foreground", "--readonly", "--unix=" + socket));
      command.addAll(filters);
      command.addAll(List.of("file", raw.toString()));
      command.addAll(parameters);
      server = new ProcessBuilder(command).inheritIO().start();
      await().until(() -> Files.exists(socket));
    }

    @Override
    public void close() {
      server.destroy();
      server.onExit().join();
    }
  }
}
