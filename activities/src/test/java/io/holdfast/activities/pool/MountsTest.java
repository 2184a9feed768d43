package io.holdfast.activities.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file system a folder lies on, as the kernel's table of mounts says. */
class MountsTest {
  private static final List<String> MOUNTS =
      List.of(
          "22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw",
          "30 22 0:40 /@vms /srv/vms rw shared:2 - btrfs /dev/sdb rw,subvol=/@vms",
          "31 22 0:40 /@more /srv/more rw shared:3 - btrfs /dev/sdb rw,subvol=/@more",
          "32 22 8:16 / /srv/my\\040pool rw shared:4 - xfs /dev/sdc rw",
          "33 22 8:32 / /srv/late rw shared:5 - xfs /dev/sdd rw",
          "34 33 8:48 / /srv/late rw shared:6 - xfs /dev/sde rw");

  @TempDir Path folder;

  @Test
  void theDeepestMountIsTheOne() throws IOException {
    assertThat(of("/srv/pool")).isEqualTo("259:1");
    assertThat(of("/srv/vms")).isEqualTo("0:40");
    assertThat(of("/srv/vmsandmore")).isEqualTo("259:1");
    assertThat(of("/srv/my pool/fast")).isEqualTo("8:16");
  }

  @Test
  void subvolumesOfOneFileSystemAreOnIt() throws IOException {
    assertThat(of("/srv/more/pool")).isEqualTo(of("/srv/vms/pool"));
  }

  @Test
  void ofTwoAtOnePointTheLaterOneIsSeen() throws IOException {
    assertThat(of("/srv/late")).isEqualTo("8:48");
  }

  @Test
  void withoutATableNothingIsSaid() {
    assertThatThrownBy(() -> Mounts.fileSystem(Path.of("/srv"), List.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void thisMachineHasOneForTwoFoldersSideBySide() throws IOException {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path other = Files.createDirectory(folder.resolve("other"));
    assertThat(Mounts.fileSystem(one)).isEqualTo(Mounts.fileSystem(other)).matches("\\d+:\\d+");
    assertThat(Mounts.fileSystem(one)).isNotEqualTo(Mounts.fileSystem(Path.of("/proc")));
  }

  private static String of(String folder) throws IOException {
    return Mounts.fileSystem(Path.of(folder), MOUNTS);
  }
}
