package io.holdfast.activities.image;

import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.qemu.VmdkHead;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Judges a disk that a stranger made. The header comes first, read without QEMU: a backing or data
 * file that it names could be any file of this host, so no tool may open it.
 */
final class ImageInspection {
  private ImageInspection() {}

  /** The disk's size inside. Fails with IMAGE_INVALID, saying what is wrong. */
  static long virtualSize(Path file) throws IOException {
    QcowHeader header =
        QcowHeader.read(file).orElseThrow(() -> invalid("The content is no qcow2 image", ""));
    if (!header.backing().isEmpty()) {
      throw invalid("The image needs a backing file", header.backing());
    }
    if (header.externalData()) {
      throw invalid("The image keeps its data in another file", "");
    }
    try {
      if (QemuImg.info(file).path("format-specific").path("data").path("corrupt").asBoolean()) {
        throw invalid("The image is marked corrupt", "");
      }
    } catch (IOException unreadable) {
      throw invalid("QEMU cannot read the image", String.valueOf(unreadable.getMessage()));
    }
    String damage = QemuImg.check("qcow2", file);
    if (!damage.isEmpty()) {
      throw invalid("The image is damaged", damage);
    }
    return header.virtualSize();
  }

  /**
   * As {@link #virtualSize} for a vmdk, before a qcow2 is made of it.
   *
   * @param expected bytes of the disk inside, as they were registered
   */
  static void checkVmdk(Path file, long expected) throws IOException {
    VmdkHead head =
        VmdkHead.read(file).orElseThrow(() -> invalid("The content is no vmdk disk", ""));
    if (!head.standsAlone()) {
      throw invalid("The vmdk needs another file", "");
    }
    if (head.virtualSize() != expected) {
      throw invalid("The vmdk holds another disk than was registered", "");
    }
    String damage = QemuImg.check("vmdk", file);
    if (!damage.isEmpty()) {
      throw invalid("The image is damaged", damage);
    }
  }

  private static ApplicationFailure invalid(String message, String cause) {
    return Failures.of(
        FailureType.IMAGE_INVALID,
        message,
        cause.isEmpty() ? java.util.List.of() : java.util.List.of(cause));
  }
}
