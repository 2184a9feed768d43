package io.holdfast.activities.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.workflows.model.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that tell whose a folder is, and on which storage it lies. */
class SharedPoolsTest {
  @TempDir Path storage;
  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final SharedPools shared =
      new SharedPools(new Pools(libvirt, (any, where) -> {}), Set.of(TestHost.POOL), "kvm1");
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectories(storage.resolve("kvm1"));
  }

  @AfterEach
  void close() {
    libvirt.close();
  }

  /** A power cut leaves names whose content never came to the disk: nothing, or zeros. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\0\0\0\0"})
  void filesThatAPowerCutHasEmptiedAreWrittenAnew(String left) throws IOException {
    Files.writeString(folder.resolve(".holdfast-host"), left);
    Files.writeString(storage.resolve(".holdfast-storage"), left);
    assertThat(shared.at(folder)).isEmpty();

    SharedFolder found = shared.discover(TestHost.POOL, folder).orElseThrow();
    assertThat(found.storage()).hasSize(36);
    assertThat(shared.at(folder)).contains(found);
    assertThat(shared.discover(TestHost.POOL, folder)).contains(found);
    try (var files = Files.list(storage)) {
      assertThat(files).hasSize(2);
    }
  }

  /** Two storages that both say nothing of themselves are not one. */
  @Test
  void storageWithoutAnIdIsNotShared() throws IOException {
    assertThat(shared.discover(TestHost.POOL, folder)).isPresent();
    Files.writeString(storage.resolve(".holdfast-storage"), "");
    assertThat(shared.at(folder)).isEmpty();
  }
}
