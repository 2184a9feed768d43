package io.holdfast.activities.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The QEMU that runs a guest on this host, as the kernel tells: once it has ended, nobody can let
 * that guest run here any more, whatever libvirt still believes.
 */
final class GuestProcess {
  /** Where libvirt writes which process is whose. */
  private static final Path PIDS = Path.of("/run/libvirt/qemu");

  private final Path proc;
  private final String started;

  private GuestProcess(Path proc, String started) {
    this.proc = proc;
    this.started = started;
  }

  /**
   * The process of a domain that runs. Empty when it is not seen to be that domain's, as by a
   * worker in a container: its end could not be told from its absence then.
   */
  static Optional<GuestProcess> of(String domain, String uuid) {
    try {
      String pid = Files.readString(PIDS.resolve(domain + ".pid")).strip();
      Path proc = Path.of("/proc", pid);
      String command = Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      Optional<String[]> stat = stat(proc);
      return command.contains(uuid)
          ? stat.map(fields -> new GuestProcess(proc, started(fields)))
          : Optional.empty();
    } catch (IOException unseen) {
      return Optional.empty();
    }
  }

  /** True when it has ended; a process that took its number over is another one. */
  boolean hasEnded() {
    return stat(proc)
        .map(fields -> isDead(fields) || !started(fields).equals(started))
        .orElse(true);
  }

  /** The fields of /proc/PID/stat behind the command's name; see proc(5). */
  private static Optional<String[]> stat(Path proc) {
    try {
      String line = Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1);
      return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** One that nobody has waited for yet. */
  private static boolean isDead(String[] fields) {
    return fields[0].equals("Z") || fields[0].equals("X");
  }

  private static String started(String[] fields) {
    return fields[19];
  }
}
