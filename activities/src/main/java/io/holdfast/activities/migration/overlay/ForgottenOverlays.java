package io.holdfast.activities.migration.overlay;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.libvirt.QemuMonitor;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Overlays that a guest's QEMU has and libvirt knows nothing of: libvirtd died when QEMU had put
 * them on, and before that was written down. QEMU itself merges them, told past libvirt, until the
 * guest's disks are those that libvirt describes. Each look says what is missing next, so that what
 * an earlier call began is taken up where it is.
 *
 * <p>Commands and their meaning are QEMU's (QMP reference manual of QEMU 7.2: block-commit,
 * query-named-block-nodes, job-complete).
 */
final class ForgottenOverlays {
  private static final long LOOK_MILLIS = 50;
  private static final int TRIES = 3;

  private final OurDomains domains;
  private final HostEvents events;

  ForgottenOverlays(OurDomains domains, HostEvents events) {
    this.domains = domains;
    this.events = events;
  }

  /**
   * Has a guest that runs write to the disk that libvirt knows. The file stays, and nobody uses it
   * any more. None is no error. Fails with LIBVIRT_REFUSED.
   */
  void takeBack(InstanceId instance, SourceDisk disk) throws IOException {
    Path overlay = next(instance, disk);
    if (!PoolFiles.exists(overlay) || !QemuImg.isInUse(overlay)) {
      return;
    }
    int begun = 0;
    while (true) {
      long seen = events.count();
      Next done =
          domains
              .find(
                  "Merging an overlay that libvirt has forgotten",
                  instance,
                  (session, domain) ->
                      domain.isActive() == 1
                          ? new Look(session.monitor(), instance.value(), disk.path(), overlay)
                              .advance()
                          : Next.NOTHING)
              .orElse(Next.NOTHING);
      if (done == Next.NOTHING) {
        return;
      }
      if (done == Next.BEGIN && ++begun > TRIES) {
        throw Failures.of(
            FailureType.LIBVIRT_REFUSED, "QEMU gave up merging " + overlay + " into its disk");
      }
      Beat.current().check();
      if (done != Next.REMOVE) {
        events.await(seen, LOOK_MILLIS);
      }
    }
  }

  /**
   * Of a guest that is off: what it wrote to such an overlay goes into its disk. The overlay of a
   * merge that was complete but for its file is older than what the guest wrote to the disk since.
   */
  static void mergeFile(InstanceId instance, SourceDisk disk) throws IOException {
    Path overlay = next(instance, disk);
    if (PoolFiles.exists(overlay)
        && Files.getLastModifiedTime(overlay).compareTo(Files.getLastModifiedTime(disk.path()))
            >= 0) {
      QemuImg.commit(overlay, disk.path());
    }
  }

  private static Path next(InstanceId instance, SourceDisk disk) {
    return OverlayFiles.overlay(disk, instance, disk.overlay() + 1);
  }

  /**
   * QEMU's nodes as they are now.
   *
   * @param disk the file that libvirt believes the guest to have
   */
  private record Look(QemuMonitor monitor, UUID domain, Path disk, Path overlay) {
    private static final String FORMAT = "qcow2";

    /** Does what is next, and says what that was. */
    Next advance() throws LibvirtFault {
      JsonNode nodes = monitor.execute(domain, "query-named-block-nodes", Map.of("flat", true));
      List<String> formats = named(nodes, overlay, true);
      List<String> files = named(nodes, overlay, false);
      if (formats.isEmpty() && files.isEmpty()) {
        return Next.NOTHING;
      }
      String job = "holdfast-" + overlay.getFileName();
      for (JsonNode running : monitor.execute(domain, "query-jobs", Map.of())) {
        if (running.path("id").asText().equals(job)) {
          return goOn(job, running.path("status").asText());
        }
      }
      for (String format : formats) {
        if (isGuests(format)) {
          monitor.execute(domain, "block-commit", commit(job, format, named(nodes, disk, true)));
          return Next.BEGIN;
        }
      }
      for (String node : formats.isEmpty() ? files : formats) { // above, then below
        monitor.execute(domain, "blockdev-del", Map.of("node-name", node));
      }
      return Next.REMOVE;
    }

    /** QEMU forgets a job that has ended, well or not. */
    private Next goOn(String job, String status) throws LibvirtFault {
      if (status.equals("ready")) {
        monitor.execute(domain, "job-complete", Map.of("id", job));
      }
      return Next.WAIT;
    }

    private Map<String, String> commit(String job, String format, List<String> below) {
      if (below.size() != 1) {
        throw Failures.of(
            FailureType.LIBVIRT_REFUSED,
            "QEMU has %d nodes of %s, below an overlay".formatted(below.size(), disk));
      }
      return Map.of("job-id", job, "device", format, "base-node", below.get(0));
    }

    /** True when a device of the guest's has it. */
    private boolean isGuests(String node) throws LibvirtFault {
      for (JsonNode device : monitor.execute(domain, "query-block", Map.of())) {
        if (device.path("inserted").path("node-name").asText().equals(node)) {
          return true;
        }
      }
      return false;
    }

    /** Names of a file's nodes: those that know its format, or those that know the file alone. */
    private static List<String> named(JsonNode nodes, Path file, boolean formats) {
      List<String> names = new ArrayList<>();
      for (JsonNode node : nodes) {
        if (QemuMonitor.fileOf(node).equals(file.toString())
            && node.path("drv").asText().equals(FORMAT) == formats) {
          names.add(node.path("node-name").asText());
        }
      }
      return names;
    }
  }

  private enum Next {
    NOTHING,
    BEGIN,
    WAIT,
    REMOVE
  }
}
