package io.holdfast.activities.migration.overlay;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.libvirt.QemuMonitor;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Overlays that a guest's QEMU has and libvirt knows nothing of: libvirtd died when QEMU had opened
 * them, or put them on, and before that was written down. QEMU itself merges them, told past
 * libvirt, until the guest's disks are those that libvirt describes. Each look says what is missing
 * next, so that what an earlier call began is taken up where it is.
 *
 * <p>Commands and their meaning are QEMU's (QMP reference manual of QEMU 7.2: block-commit,
 * query-named-block-nodes, job-complete).
 */
final class ForgottenOverlays {
  private static final Logger LOG = LoggerFactory.getLogger(ForgottenOverlays.class);
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
    if (!PoolFiles.exists(overlay)) {
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
                          ? new Look(session.monitor(), domain, instance, disk.path(), overlay)
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
      if (done != Next.COMPLETE) { // the guest waits then, whoever calls this off
        Beat.current().check();
      }
      if (done != Next.AGAIN) {
        events.await(seen, LOOK_MILLIS);
      }
    }
  }

  /** Of a guest that is off: what it wrote to such an overlay goes into its disk. */
  static void mergeFile(InstanceId instance, SourceDisk disk) throws IOException {
    Path overlay = next(instance, disk);
    if (PoolFiles.exists(overlay) && isWhole(overlay) && MergeMark.isNewer(overlay, disk.path())) {
      MergeMark.begin(overlay);
      QemuImg.commit(overlay, disk.path());
      MergeMark.complete(overlay);
    }
  }

  /** One that a power cut left half made was never the guest's. */
  private static boolean isWhole(Path overlay) throws IOException {
    return QcowHeader.read(overlay).filter(head -> !head.backing().isEmpty()).isPresent();
  }

  private static Path next(InstanceId instance, SourceDisk disk) {
    return OverlayFiles.overlay(disk, instance, disk.overlay() + 1);
  }

  /**
   * QEMU's nodes as they are now.
   *
   * @param disk the file that libvirt believes the guest to have
   */
  private record Look(
      QemuMonitor monitor, Domain domain, InstanceId instance, Path disk, Path overlay) {
    private static final String FORMAT = "qcow2";

    /** Does what is next, and says what that was. */
    Next advance() throws LibvirtException, LibvirtFault {
      JsonNode nodes = tell("query-named-block-nodes", Map.of("flat", true));
      if (isKnown()) {
        return Next.NOTHING;
      }
      List<String> formats = named(nodes, overlay, true);
      List<String> files = named(nodes, overlay, false);
      if (formats.isEmpty() && files.isEmpty()) {
        return Next.NOTHING;
      }
      String job = "holdfast-" + overlay.getFileName();
      for (JsonNode running : tell("query-jobs", Map.of())) {
        if (running.path("id").asText().equals(job)) {
          return goOn(job, running.path("status").asText());
        }
      }
      for (String format : formats) {
        if (isGuests(format)) {
          DomainJob.requireNoRound(domain, instance);
          MergeMark.begin(overlay);
          tell("block-commit", commit(job, format, named(nodes, disk, true)));
          return Next.BEGIN;
        }
      }
      dismissCreations();
      for (String node : formats.isEmpty() ? files : formats) { // above, then below
        tell("blockdev-del", Map.of("node-name", node));
      }
      return Next.AGAIN;
    }

    /** QEMU keeps these until libvirt has seen their end; it would begin its next one as they. */
    private void dismissCreations() throws LibvirtFault {
      for (JsonNode job : tell("query-jobs", Map.of())) {
        if (job.path("type").asText().equals("create")
            && job.path("status").asText().equals("concluded")) {
          tell("job-dismiss", Map.of("id", job.path("id").asText()));
        }
      }
    }

    /**
     * Asked behind a command, which libvirt lets wait for a call of a worker that was killed: that
     * call has put the overlay on by then, and libvirt knows of it.
     */
    private boolean isKnown() throws LibvirtException {
      return SourceDisk.overlaid(domain.getXMLDesc(0), instance).stream()
          .anyMatch(known -> known.path().equals(overlay));
    }

    private JsonNode tell(String command, Map<String, ?> arguments) throws LibvirtFault {
      return monitor.execute(instance.value(), command, arguments);
    }

    /**
     * A pending job has written all, and its guest waits until it is told to finalize: there alone
     * the disk is what the overlay is. QEMU forgets a job that has ended, well or not.
     */
    private Next goOn(String job, String status) throws LibvirtFault {
      switch (status) {
        case "ready" -> tellIfThere("job-complete", job);
        case "pending" -> {
          MergeMark.complete(overlay);
          tellIfThere("job-finalize", job);
          return Next.AGAIN;
        }
        case "waiting" -> {} // for its own end
        default -> {
          return Next.WAIT;
        }
      }
      return Next.COMPLETE;
    }

    /** The job may have ended, or gone on, since it was looked at: the next look tells. */
    private void tellIfThere(String command, String job) throws LibvirtFault {
      try {
        tell(command, Map.of("id", job));
      } catch (ApplicationFailure refused) {
        LOG.info("{}: {}", overlay, refused.getOriginalMessage());
      }
    }

    private Map<String, ?> commit(String job, String format, List<String> below) {
      if (below.size() != 1) {
        throw Failures.of(
            FailureType.LIBVIRT_REFUSED,
            "QEMU has %d nodes of %s, below an overlay".formatted(below.size(), disk));
      }
      return Map.of(
          "job-id", job, "device", format, "base-node", below.get(0), "auto-finalize", false);
    }

    /** True when a device of the guest's has it. */
    private boolean isGuests(String node) throws LibvirtFault {
      for (JsonNode device : tell("query-block", Map.of())) {
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
    COMPLETE,
    AGAIN
  }
}
