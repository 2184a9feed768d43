package io.holdfast.activities.qemu;

import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.ScratchFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A {@code qemu-nbd} that serves one file on a unix socket to one client. It ends by itself when
 * that client goes, also when the client was killed: nothing keeps the file's lock.
 */
public final class QemuNbd implements AutoCloseable {
  private static final String QCOW2 = "qcow2";
  private static final long LOOK_MILLIS = 2;
  private static final long END_SECONDS = 30;

  /**
   * glibc maps and unmaps a buffer for each request of more than 128 KiB, and the kernel clears its
   * pages: 30 % of what writing a disk costs. Told otherwise it keeps at most these bytes.
   */
  private static final Map<String, String> KEEPS_BUFFERS =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", Integer.toString(8 << 20),
          "MALLOC_TRIM_THRESHOLD_", Integer.toString(32 << 20));

  private final Process server;
  private final Path folder;

  private QemuNbd(Process server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /** Serves the file for reading, with these of its bitmaps; it cannot be written meanwhile. */
  public static QemuNbd reading(Path qcow2, List<String> bitmaps) throws IOException {
    List<String> options = new ArrayList<>(List.of("--read-only"));
    for (String bitmap : bitmaps) {
      options.add("--bitmap=" + bitmap);
    }
    return start(QCOW2, qcow2, options);
  }

  /** Serves a file that is no disk, as if it were one of whole sectors. */
  public static QemuNbd readingRaw(Path file) throws IOException {
    return start("raw", file, List.of("--read-only"));
  }

  /**
   * Serves the file for writing, to two connections of the client; nobody else has it then. A flush
   * on one covers what was written on the other.
   */
  public static QemuNbd writing(Path qcow2) throws IOException {
    return start(QCOW2, qcow2, List.of("--discard=unmap", "--shared=2"));
  }

  public Path socket() {
    return folder.resolve("socket");
  }

  /** Does not wait for its client, who finds the connection closed. */
  public void end() {
    server.destroyForcibly().onExit().join();
  }

  /** Returns once qemu-nbd has let go of the file; its client has left before. */
  @Override
  public void close() {
    try {
      if (!server.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    ScratchFolders.remove(folder);
  }

  private static QemuNbd start(String format, Path file, List<String> options) throws IOException {
    Path folder = ScratchFolders.create();
    List<String> command = new ArrayList<>(List.of("qemu-nbd", "--format=" + format));
    command.addAll(options);
    command.add("--socket=" + folder.resolve("socket"));
    command.add("--pid-file=" + folder.resolve("pid"));
    command.add(file.toString());
    try {
      return new QemuNbd(launch(command, folder), folder);
    } catch (IOException | RuntimeException failed) {
      ScratchFolders.remove(folder);
      throw failed;
    }
  }

  /** Returns when the server is ready: it writes its pid file last. */
  private static Process launch(List<String> command, Path folder) throws IOException {
    Path said = folder.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().putAll(KEEPS_BUFFERS);
    Process server = builder.start();
    try {
      server.getOutputStream().close();
      while (!Files.exists(folder.resolve("pid"))) {
        Beat.current().check();
        if (server.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new IOException(Files.readString(said).strip());
        }
      }
      return server;
    } catch (InterruptedException stopped) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("Stopped while starting qemu-nbd", stopped);
    } catch (IOException | RuntimeException failed) {
      server.destroyForcibly();
      throw failed;
    }
  }
}
