package io.holdfast.activities.libvirt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.util.Map;
import java.util.UUID;

/**
 * Speaks with a guest's QEMU past libvirt, by QEMU's machine protocol (QMP). Only about what
 * libvirt knows nothing of: what it knows, it would know wrongly from then on. libvirt marks the
 * domain as tainted (custom-monitor), which changes nothing else.
 */
public final class QemuMonitor {
  private static final LibvirtExtras LIBVIRT = LibvirtExtras.INSTANCE;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String OPENED_AS = "json:";

  private final Pointer connection;

  QemuMonitor(Pointer connection) {
    this.connection = connection;
  }

  /**
   * What a command of QMP returns. Fails with LIBVIRT_REFUSED and QEMU's reason when QEMU refuses.
   *
   * @param domain runs, or it is a fault
   */
  public JsonNode execute(UUID domain, String command, Map<String, ?> arguments)
      throws LibvirtFault {
    try {
      String text = JSON.writeValueAsString(Map.of("execute", command, "arguments", arguments));
      JsonNode answer = JSON.readTree(send(domain, text));
      if (answer.has("error")) {
        throw Failures.of(
            FailureType.LIBVIRT_REFUSED,
            "QEMU refuses %s: %s".formatted(command, answer.path("error").path("desc").asText()));
      }
      return answer.path("return");
    } catch (JsonProcessingException foreign) {
      throw new IllegalStateException("QEMU's answer to " + command + " is no JSON", foreign);
    }
  }

  /**
   * The file below a node or device: QEMU shows its name, or as {@code json:} how it was opened.
   * Empty when it has none.
   *
   * @param node a BlockDeviceInfo of QMP
   */
  public static String fileOf(JsonNode node) {
    String shown = node.path("file").asText();
    if (!shown.startsWith(OPENED_AS)) {
      return shown;
    }
    try {
      JsonNode opened = JSON.readTree(shown.substring(OPENED_AS.length()));
      return opened.path("filename").asText(opened.at("/file/filename").asText());
    } catch (JsonProcessingException cutShort) {
      return ""; // QEMU cuts it at 4096 bytes
    }
  }

  private String send(UUID domain, String text) throws LibvirtFault {
    Pointer handle =
        NativeFaults.require(LIBVIRT.virDomainLookupByUUIDString(connection, domain.toString()));
    try {
      PointerByReference answer = new PointerByReference();
      NativeFaults.require(
          LibvirtQemu.INSTANCE.virDomainQemuMonitorCommand(handle, text, answer, 0));
      String told = answer.getValue().getString(0, "UTF-8");
      Native.free(Pointer.nativeValue(answer.getValue()));
      return told;
    } finally {
      LIBVIRT.virDomainFree(handle);
    }
  }

  /** libvirt-qemu.h, a library of its own. */
  private interface LibvirtQemu extends Library {
    LibvirtQemu INSTANCE = Native.load("virt-qemu", LibvirtQemu.class);

    int virDomainQemuMonitorCommand(
        Pointer domain, String command, PointerByReference answer, int flags);
  }
}
