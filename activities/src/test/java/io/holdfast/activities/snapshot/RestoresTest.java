package io.holdfast.activities.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore has replaced is all that there is of the instance's disk until it is put back. */
class RestoresTest {
  private static final SnapshotSpec SNAPSHOT =
      new SnapshotSpec(
          SnapshotId.of("eeeeeeee-2222-4333-8444-555555555555"),
          Examples.JOB,
          Examples.INSTANCE,
          TestHost.POOL,
          Consistency.CRASH,
          false);

  @TempDir Path pool;

  private final Restores restores = new Restores(instance -> {});
  private Path disk = Path.of("");
  private Path old = Path.of("");
  private Path journal = Path.of("");

  @BeforeEach
  void aRestoreThatHasReplacedADisk() throws IOException {
    disk = VolumeNames.disk(pool, Examples.INSTANCE, "root");
    old = SnapshotNames.replaced(pool, SNAPSHOT.id(), Examples.INSTANCE, "root");
    journal = SnapshotNames.restoring(pool, SNAPSHOT.id(), Examples.INSTANCE);
    Files.writeString(disk, "the snapshot's");
    Files.writeString(old, "the instance's");
    Files.createFile(journal);
  }

  @Test
  void itIsPutBack() throws IOException {
    putBack();
    putBack();
    assertThat(disk).hasContent("the instance's");
    assertThat(pool).isDirectoryNotContaining(file -> !file.equals(disk));
  }

  /** Without its journal a restore is done, and what it has replaced goes. */
  @Test
  void itStaysWhileTheJournalCannotBeLookedAt() throws IOException {
    fail(journal);
    assertThatThrownBy(this::putBack).isInstanceOf(IOException.class);
    assertThat(old).hasContent("the instance's");
  }

  @Test
  void theJournalStaysWhileADiskCannotBeLookedAt() throws IOException {
    fail(old);
    assertThatThrownBy(this::putBack).isInstanceOf(IOException.class);
    assertThat(journal).exists();
  }

  private void putBack() throws IOException {
    restores.putBack(
        new SnapshotFiles(pool, new StorageBackends()),
        SNAPSHOT,
        () -> List.of(new SourceDisk("root", "vda", disk.toString(), 0)));
  }

  /** Whoever follows it is told ELOOP. */
  private static void fail(Path file) throws IOException {
    Files.delete(file);
    Files.createSymbolicLink(file, file);
  }
}
