package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a power cut leaves of a staged replica. The journal is given another boot's name, and what
 * nothing has made durable is spoiled.
 */
class ReplicaPowerCutTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 128L * MIB;
  private static final int DATA = 100 * MIB;

  @TempDir Path folder;
  private TwoHosts hosts;
  private ReplicaSpec replica;
  private OpenedReplica target;

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
    byte[] bytes = new byte[DATA];
    new Random(11).nextBytes(bytes);
    hosts.write(0, bytes);
    replica = hosts.replica(SIZE, null, null);
    target = hosts.replicas.openReplica(replica);
  }

  @AfterEach
  void close() throws IOException {
    hosts.close();
  }

  @Test
  void whatNobodyMarkedIsMadeAgain() throws Exception {
    bootedSince();
    Files.write(hosts.staged(replica), new byte[] {1, 2, 3});

    hosts.send(replica, target, UUID.randomUUID(), null);

    assertSealedAsTheDiskIs();
  }

  @Test
  void whatWasMarkedIsGoneOnWith() throws Exception {
    UUID view = UUID.randomUUID();
    hosts.cutAfter(50L * MIB);
    assertThatThrownBy(() -> hosts.send(replica, target, view, null))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(FailureType.STREAM_BROKEN.name()));
    long marked = hosts.marked(replica);
    bootedSince();

    long before = hosts.sent();
    hosts.send(replica, target, view, null);

    assertThat(hosts.sent() - before).isLessThanOrEqualTo(DATA - marked + MIB);
    assertSealedAsTheDiskIs();
  }

  private void bootedSince() throws IOException {
    Path journal = hosts.journal(replica);
    String lines = Files.readString(journal);
    assertThat(lines).startsWith("made ");
    Files.writeString(journal, "made another-boot" + lines.substring(lines.indexOf('\n')));
  }

  private void assertSealedAsTheDiskIs() throws IOException {
    SealedReplica sealed = hosts.replicas.sealReplica(replica);
    assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
  }
}
