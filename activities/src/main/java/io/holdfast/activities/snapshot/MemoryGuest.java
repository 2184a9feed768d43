package io.holdfast.activities.snapshot;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.w3c.dom.Element;

/**
 * A guest whose memory is to be taken.
 *
 * @param xml what libvirt says of it
 */
record MemoryGuest(InstanceId instance, String xml, PowerState state) {
  /** The instance's own. */
  List<SourceDisk> disks() {
    return SourceDisk.of(xml, instance);
  }

  /**
   * Fails with INSTANCE_MUST_RUN; with SNAPSHOT_UNSUPPORTED when it has a disk that no snapshot
   * has: what its memory knows of that would be wrong when it goes on.
   */
  void requireTakeable() {
    if (state != PowerState.RUNNING) {
      throw Failures.of(
          FailureType.INSTANCE_MUST_RUN,
          "The guest is %s; only one that runs has memory to take".formatted(state));
    }
    Set<String> own = disks().stream().map(SourceDisk::device).collect(Collectors.toSet());
    String seed = String.valueOf(VolumeNames.seed(Path.of(""), instance));
    for (Element disk : Xml.elements(Xml.parse(xml), "disk")) {
      String device = Xml.attribute(disk, "target", "dev");
      String file = Xml.attribute(disk, "source", "file");
      if (!own.contains(device) && !file.endsWith("/" + seed)) {
        throw Failures.of(
            FailureType.SNAPSHOT_UNSUPPORTED,
            "The guest has disk %s (%s), which is in no snapshot; detach it first"
                .formatted(device, file));
      }
    }
  }
}
