package io.holdfast.activities.migration;

import io.holdfast.activities.domain.ConsoleFolders;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.migration.overlay.DiskSources;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationSite;
import java.nio.file.Path;
import org.w3c.dom.Document;

/**
 * A domain's description as its target must read it: disks are its first overlays there, console
 * and seed lie in that host's folders. The guest sees no difference.
 */
final class DestinationXml {
  private DestinationXml() {}

  static String render(String xml, InstanceId instance, MigrationSite site) {
    Path pool = Path.of(site.poolFolder());
    Document domain = Xml.parse(xml);
    DiskSources.replace(domain, file -> place(file, instance, pool));
    ConsoleFolders.replace(domain, Path.of(site.consoleFolder()));
    return Xml.write(domain);
  }

  private static Path place(Path file, InstanceId instance, Path pool) {
    String name = String.valueOf(file.getFileName());
    return VolumeNames.parseMoving(name, instance)
        .map(own -> VolumeNames.overlay(pool, instance, own.disk(), 1))
        .orElse(name.startsWith(instance + "-") ? pool.resolve(name) : file);
  }
}
