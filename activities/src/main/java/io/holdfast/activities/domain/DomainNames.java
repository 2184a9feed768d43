package io.holdfast.activities.domain;

import io.holdfast.workflows.model.InstanceId;
import java.nio.file.Path;

/** Names that a person meets on the host; the only place that spells them. */
public final class DomainNames {
  /** Where libvirt lets QEMU write; not the pool, whose volumes it would join. */
  public static final Path CONSOLES = Path.of("/var/log/libvirt/qemu");

  private static final int PART_OF_ID = 8;

  private DomainNames() {}

  /** {@code hf-<instance name>-<8 of its id>}: a name may be used again after a delete. */
  public static String domain(String instanceName, InstanceId id) {
    return "hf-" + instanceName + "-" + id.toString().substring(0, PART_OF_ID);
  }

  /** The serial console's log, named by the id so that a delete finds it without the domain. */
  public static Path console(Path folder, InstanceId id) {
    return folder.resolve("hf-" + id + "-console.log");
  }

  /** What virtlogd has rotated a log to: 0 is the newest, and the highest goes first. */
  public static Path rotated(Path console, int number) {
    return console.resolveSibling(console.getFileName() + "." + number);
  }
}
