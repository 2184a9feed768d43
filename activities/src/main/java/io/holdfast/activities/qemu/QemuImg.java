package io.holdfast.activities.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
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

  /** An overlay that reads from the backing file what it has not written itself. */
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
