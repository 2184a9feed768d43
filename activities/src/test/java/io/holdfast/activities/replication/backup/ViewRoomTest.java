package io.holdfast.activities.replication.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views may take as much of a pool as they leave. */
@SuppressWarnings("try") // it looks by itself
class ViewRoomTest {
  private static final long MUCH = 1L << 42; // more than this machine has; the file has holes

  @TempDir Path folder;
  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final KeyedLocks locks = new KeyedLocks();
  private OpenBackups backups;
  private OpenBackup large;
  private OpenBackup small;

  @BeforeEach
  void open() throws IOException {
    backups = new OpenBackups(folder.resolve("backups"));
    large = view(MUCH);
    small = view(1 << 20);
  }

  @AfterEach
  void close() {
    libvirt.close();
  }

  @Test
  void theOneThatTookMostIsEndedAndSaysWhy() throws IOException {
    try (ViewRoom room = new ViewRoom(libvirt, locks, folder.resolve("backups"))) {
      await().until(() -> why(large).isPresent());
      await().until(() -> !scratch(large).toFile().exists());

      assertThat(why(large).orElseThrow()).contains("no room");
      assertThat(why(small)).isEmpty();
      assertThat(scratch(small)).exists();
    }
  }

  private Optional<String> why(OpenBackup backup) throws IOException {
    return backups.find(backup.instance()).map(OpenBackup::ended);
  }

  private OpenBackup view(long scratchBytes) throws IOException {
    InstanceId instance = new InstanceId(UUID.randomUUID());
    TestHost.define(libvirt, instance, "");
    Path disk = folder.resolve(instance + "-root.qcow2");
    OpenBackup made =
        new OpenBackup(
            instance,
            new RecoveryPointId(UUID.randomUUID()),
            UUID.randomUUID(),
            null,
            true,
            List.of(
                new OpenBackup.Disk(
                    new SourceDisk("root", "vda", disk.toString(), 0),
                    1L << 30,
                    ChangeSource.FULL,
                    "first sync",
                    null)),
            1,
            null);
    setSize(made, scratchBytes);
    backups.keep(made);
    return made;
  }

  private static void setSize(OpenBackup backup, long bytes) throws IOException {
    try (RandomAccessFile scratch = new RandomAccessFile(scratch(backup).toFile(), "rw")) {
      scratch.setLength(bytes);
    }
  }

  private static Path scratch(OpenBackup backup) {
    return BackupNames.scratch(backup.disks().get(0).source().path(), backup.instance(), "root");
  }
}
