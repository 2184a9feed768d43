package io.holdfast.activities.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.PoolRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool's folder whose mount is away is there, active, and empty. */
class PoolStorageTest {
  @TempDir Path work;
  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private Path folder;
  private Path notes;
  private Path away;

  @BeforeEach
  void open() throws IOException {
    folder = Files.createDirectories(work.resolve("pool"));
    away = work.resolve("unmounted");
    notes = work.resolve("notes");
    TestHost.addPool(libvirt, folder);
    assertThat(pools().folder(TestHost.POOL)).isEqualTo(folder);
  }

  @AfterEach
  void close() {
    libvirt.close();
  }

  @Test
  void aPoolWhoseMountIsAwayIsNotUsedUntilItIsBack() throws IOException {
    Pools pools = pools();
    assertThat(pools.folder(TestHost.POOL)).isEqualTo(folder);
    unmount();

    assertAway(pools);
    assertAway(pools()); // also after a restart
    assertThat(rooms().read(TestHost.POOL, folder)).isEqualTo(PoolRoom.away(TestHost.POOL));
    assertThat(folder).isEmptyDirectory();

    Files.delete(folder);
    Files.move(away, folder);
    assertThat(pools.folder(TestHost.POOL)).isEqualTo(folder);
    assertThat(rooms().read(TestHost.POOL, folder).totalBytes()).isPositive();
  }

  /** The first use of it decides, and a look is none. */
  @Test
  void aLookAtItsRoomMakesNoId() throws IOException {
    Path other = Files.createDirectories(work.resolve("other"));
    PoolRoom room = rooms().read("other", other);
    assertThat(room.fileSystem()).isEqualTo(rooms().fileSystem(TestHost.POOL, folder));
    assertThat(room.freeBytes()).isPositive().isLessThanOrEqualTo(room.totalBytes());
    assertThat(other).isEmptyDirectory();
  }

  private PoolRooms rooms() {
    return new PoolRooms(new PoolStorage(notes));
  }

  /** As the failure says. */
  @Test
  void storageThatWasReplacedIsTakenOnceItsNoteIsRemoved() throws IOException {
    unmount();
    Pools pools = pools();
    assertThatThrownBy(() -> pools.folder(TestHost.POOL))
        .satisfies(
            refused ->
                assertThat(Failures.describe(refused).causes().toString())
                    .contains("remove " + notes.resolve(TestHost.POOL)));
    Files.delete(notes.resolve(TestHost.POOL));

    assertThat(pools.folder(TestHost.POOL)).isEqualTo(folder);
    assertThat(pools.folder(TestHost.POOL)).isEqualTo(folder);
  }

  /** A worker that has lost its own folder, or another one's, finds the id and keeps it. */
  @Test
  void whatSaysItsIdKeepsIt() throws IOException {
    String id = Files.readString(folder.resolve(".holdfast-pool"));
    Files.delete(notes.resolve(TestHost.POOL));

    assertThatCode(() -> pools().folder(TestHost.POOL)).doesNotThrowAnyException();

    assertThat(folder.resolve(".holdfast-pool")).hasContent(id);
    assertThat(notes.resolve(TestHost.POOL)).hasContent(id);
  }

  private void unmount() throws IOException {
    Files.move(folder, away);
    Files.createDirectory(folder);
  }

  private void assertAway(Pools pools) {
    assertThatThrownBy(() -> pools.folder(TestHost.POOL))
        .matches(refused -> Failures.typeOf(refused) == FailureType.STORAGE_FAILED)
        .hasMessageContaining("is it mounted?");
  }

  private Pools pools() {
    return new Pools(libvirt, new PoolStorage(notes));
  }
}
