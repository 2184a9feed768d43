package io.holdfast.activities.replication;

import io.holdfast.activities.qemu.Commands;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file system of its own, of 320 MiB, which a host of the lab may mount. */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 4096;
  private static final Pattern EXTENT =
      Pattern.compile("\\s*\\d+:\\s*(\\d+)\\.\\.\\s*(\\d+):\\s*(\\d+)\\.\\.\\s*\\d+:.*");

  private final Path image;
  private final Path mount;

  /** {@code mkfs}: makes it of a file whose name is added. */
  SmallDisk(Path folder, List<String> mkfs) throws IOException {
    image = folder.resolve("small.img");
    mount = Files.createDirectory(folder.resolve("pool"));
    Commands.require(List.of("truncate", "-s", "320M", image.toString()));
    List<String> command = new ArrayList<>(mkfs);
    command.add(image.toString());
    Commands.require(command);
    mount();
  }

  Path mounted() {
    return mount;
  }

  private void mount() throws IOException {
    Commands.require(List.of("mount", "-o", "loop", image.toString(), mount.toString()));
  }

  private void unmount() throws IOException {
    Commands.require(List.of("umount", mount.toString()));
  }

  /** One bit of the medium below a file: all that share it have it wrong from then on. */
  void flip(Path file, long offset) throws IOException {
    long at = physical(file, offset);
    unmount();
    try (RandomAccessFile medium = new RandomAccessFile(image.toFile(), "rw")) {
      medium.seek(at);
      int old = medium.read();
      medium.seek(at);
      medium.write(old ^ 4);
    }
    mount();
  }

  private static long physical(Path file, long offset) throws IOException {
    long block = offset / BLOCK;
    for (String line :
        Commands.require(List.of("filefrag", "-v", "-b" + BLOCK, file.toString()))
            .lines()
            .toList()) {
      Matcher extent = EXTENT.matcher(line);
      if (extent.matches()
          && block >= Long.parseLong(extent.group(1))
          && block <= Long.parseLong(extent.group(2))) {
        long first = Long.parseLong(extent.group(3));
        return (first + block - Long.parseLong(extent.group(1))) * BLOCK + offset % BLOCK;
      }
    }
    throw new IOException(file + " has nothing at " + offset);
  }

  /** Leaves so many MiB; 0: not a block that a file could get. */
  Path fill(int left) throws IOException {
    Path filler = mount.resolve("filler");
    long room = (Files.getFileStore(mount).getUsableSpace() >> 20) - left;
    Commands.require(List.of("fallocate", "-l", room + "M", filler.toString()));
    if (left == 0) {
      Commands.Result full =
          Commands.run(
              List.of("dd", "if=/dev/zero", "of=" + filler + "-2", "bs=4k", "status=none"));
      if (full.status() == 0) {
        throw new IOException("The disk does not run full");
      }
    }
    return filler;
  }

  @Override
  public void close() throws IOException {
    unmount();
  }
}
