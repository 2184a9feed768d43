package io.holdfast.activities.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code qemu-img}: QEMU's own way to make and judge disk images. Sizes are bytes. */
public final class QemuImg {
  /** Exit status of check: errors that do no harm (leaked clusters). */
  private static final int LEAKS = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private QemuImg() {}

  public static void createEmpty(Path file, long size) throws IOException {
    Commands.require(
        List.of("qemu-img", "create", "-q", "-f", "qcow2", file.toString(), Long.toString(size)));
  }

  /**
   * An overlay that reads from the backing file what it has not written itself; a relative path is
   * one from the overlay's folder.
   */
  public static void createOverlay(Path file, Path backing, long size) throws IOException {
    Commands.require(
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "qcow2",
            "-b",
            backing.toString(),
            file.toString(),
            Long.toString(size)));
  }

  public static void grow(Path file, long size) throws IOException {
    Commands.require(
        List.of("qemu-img", "resize", "-q", "-f", "qcow2", file.toString(), Long.toString(size)));
  }

  /**
   * Makes a sparse qcow2 of a disk.
   *
   * @param format QEMU's name of the format, never guessed
   */
  public static void convert(String format, Path disk, Path qcow2) throws IOException {
    Commands.require(
        List.of(
            "qemu-img",
            "convert",
            "-q",
            "-f",
            format,
            "-O",
            "qcow2",
            disk.toString(),
            qcow2.toString()));
  }

  /** Makes a plain file of what is inside; what is empty in the one is a hole in the other. */
  public static void unwrap(Path qcow2, Path file) throws IOException {
    Commands.require(
        List.of(
            "qemu-img", "convert", "-f", "qcow2", "-O", "raw", qcow2.toString(), file.toString()));
  }

  /** Adds a persistent dirty bitmap to a disk that nobody uses. */
  public static void addBitmap(Path qcow2, String name) throws IOException {
    bitmap("--add", qcow2, name);
  }

  /** Removes a dirty bitmap from a disk that nobody uses. */
  public static void removeBitmap(Path qcow2, String name) throws IOException {
    bitmap("--remove", qcow2, name);
  }

  private static void bitmap(String verb, Path qcow2, String name) throws IOException {
    Commands.require(List.of("qemu-img", "bitmap", "-f", "qcow2", verb, qcow2.toString(), name));
  }

  /** Writes what an overlay holds into its backing file; the overlay stays as it is. */
  public static void commit(Path overlay) throws IOException {
    Commands.require(List.of("qemu-img", "commit", "-q", "-d", "-f", "qcow2", overlay.toString()));
  }

  /**
   * Writes what a chain holds above a disk into that disk; the chain stays, so that the same again
   * is harmless.
   *
   * @param disk somewhere below the top
   */
  public static void commit(Path top, Path disk) throws IOException {
    Commands.require(
        List.of("qemu-img", "commit", "-q", "-f", "qcow2", "-b", disk.toString(), top.toString()));
  }

  /** True when a process writes to the disk, as QEMU's own locks on the file say. */
  public static boolean isInUse(Path qcow2) throws IOException {
    Commands.Result result =
        Commands.run(List.of("qemu-img", "info", "-f", "qcow2", qcow2.toString()));
    return result.status() != 0 && result.output().contains("lock");
  }

  /**
   * Gives an overlay another backing file, and what it then lacks.
   *
   * @param backing a path, or "" for none
   */
  public static void rebase(Path overlay, String backing) throws IOException {
    List<String> command = new ArrayList<>(List.of("qemu-img", "rebase", "-q", "-f", "qcow2"));
    if (!backing.isEmpty()) {
      command.addAll(List.of("-F", "qcow2"));
    }
    command.addAll(List.of("-b", backing, overlay.toString()));
    Commands.require(command);
  }

  /** What QEMU reads from the header. */
  public static JsonNode info(Path qcow2) throws IOException {
    return JSON.readTree(
        Commands.require(
            List.of("qemu-img", "info", "-f", "qcow2", "--output=json", qcow2.toString())));
  }

  /**
   * Empty when every reference in the file is sound, else what QEMU found.
   *
   * @param format QEMU's name of the format, never guessed
   */
  public static String check(String format, Path disk) throws IOException {
    Commands.Result result =
        Commands.run(List.of("qemu-img", "check", "-q", "-f", format, disk.toString()));
    return result.status() == 0 || result.status() == LEAKS
        ? ""
        : result.output() + " (qemu-img check ended with " + result.status() + ")";
  }
}
