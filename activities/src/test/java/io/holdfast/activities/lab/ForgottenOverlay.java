package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.activities.libvirt.QemuMonitor;
import io.holdfast.activities.migration.overlay.OverlayFiles;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.workflows.model.InstanceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** Has a guest's QEMU open an overlay as libvirt would, and libvirt know nothing of it. */
final class ForgottenOverlay {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "libvirt-9-storage";
  private static final String FORMAT = "libvirt-9-format";

  private ForgottenOverlay() {}

  /** The guest writes to it. */
  static void putOn(InstanceSpec instance, Path disk, Path overlay) throws IOException {
    open(instance, disk, overlay);
    tell(
        instance,
        "blockdev-add",
        JSON.readTree(
            "{\"driver\":\"qcow2\",\"node-name\":\"%s\",\"file\":\"%s\",\"backing\":null}"
                .formatted(FORMAT, FILE)));
    tell(instance, "blockdev-snapshot", Map.of("node", rootOf(instance, disk), "overlay", FORMAT));
  }

  /** Nobody writes to it, or has it locked. */
  static void open(InstanceSpec instance, Path disk, Path overlay) throws IOException {
    QemuImg.createOverlay(overlay, disk, OverlayFiles.virtualSize(disk));
    Files.setPosixFilePermissions(overlay, PosixFilePermissions.fromString("rw-rw-rw-"));
    tell(
        instance,
        "blockdev-add",
        Map.of(
            "driver",
            "file",
            "filename",
            overlay.toString(),
            "node-name",
            FILE,
            "auto-read-only",
            true));
  }

  /** True while QEMU has it, in whatever way. */
  static boolean isOpen(InstanceSpec instance) throws IOException {
    for (JsonNode node : tell(instance, "query-named-block-nodes", Map.of("flat", true))) {
      if (node.path("node-name").asText().equals(FILE)) {
        return true;
      }
    }
    return false;
  }

  private static String rootOf(InstanceSpec instance, Path disk) throws IOException {
    for (JsonNode device : tell(instance, "query-block", Map.of())) {
      JsonNode inserted = device.path("inserted");
      if (QemuMonitor.fileOf(inserted).equals(disk.toString())) {
        return inserted.path("node-name").asText();
      }
    }
    throw new AssertionError(
        "No device has " + disk + ": " + tell(instance, "query-block", Map.of()));
  }

  private static JsonNode tell(InstanceSpec instance, String command, Object arguments)
      throws IOException {
    String text = JSON.writeValueAsString(Map.of("execute", command, "arguments", arguments));
    JsonNode answer =
        JSON.readTree(
            Commands.require(
                List.of(
                    "virsh",
                    "-c",
                    String.valueOf(System.getenv("HOLDFAST_LAB_LIBVIRT_URI")),
                    "qemu-monitor-command",
                    instance.id().toString(),
                    text)));
    assertThat(answer.has("error")).as("%s: %s", command, answer).isFalse();
    return answer.path("return");
  }
}
