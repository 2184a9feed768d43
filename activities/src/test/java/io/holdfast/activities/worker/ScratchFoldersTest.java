package io.holdfast.activities.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** What a worker that was killed has left of a call goes with the next one's start. */
class ScratchFoldersTest {
  @Test
  void thoseOfProcessesThatRunNoMoreAreSwept() throws Exception {
    Path own = ScratchFolders.create();
    Path killed = left(own, ended());
    Path other = Files.createDirectory(own.resolveSibling("holdfast-" + ended() + "-x"));
    try {
      Files.writeString(own.resolve("user-data"), "ours");
      ScratchFolders.sweep();
      assertThat(killed).doesNotExist();
      assertThat(own.resolve("user-data")).exists();
      assertThat(other).exists(); // not our name
    } finally {
      ScratchFolders.remove(own);
      Files.delete(other);
    }
    assertThat(own).doesNotExist();
  }

  @Test
  void nobodyElseReadsThem() throws IOException {
    Path own = ScratchFolders.create();
    try {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
          .isEqualTo("rwx------");
    } finally {
      ScratchFolders.remove(own);
      ScratchFolders.remove(own); // none is no error
    }
  }

  private static Path left(Path beside, long pid) throws IOException {
    Path folder = Files.createDirectory(beside.resolveSibling("holdfast-" + pid + "-1"));
    Files.writeString(folder.resolve("user-data"), "a password");
    return folder;
  }

  private static long ended() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }
}
