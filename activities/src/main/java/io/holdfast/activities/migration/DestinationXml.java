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
 * A domain's description as its target must read it: disks are its first overlays there, shared
 * ones its own names of the same files, console and seed lie in that host's folders. The guest sees
 * no difference.
 */
final class DestinationXml {
  private DestinationXml() {}

  static String render(String xml, InstanceId instance, MigrationSite site) {
    Document domain = Xml.parse(xml);
    DiskSources.replace(domain, file -> place(file, instance, site));
    ConsoleFolders.replace(domain, Path.of(site.consoleFolder()));
    return Xml.write(domain);
  }

  private static Path place(Path file, InstanceId instance, MigrationSite site) {
    Path pool = Path.of(site.poolFolder());
    String name = String.valueOf(file.getFileName());
    return VolumeNames.parseMoving(name, instance)
        .map(
            own ->
                site.shared() == null
                    ? VolumeNames.overlay(pool, instance, own.disk(), 1)
                    : VolumeNames.disk(pool, instance, own.disk()))
        .orElse(name.startsWith(instance + "-") ? pool.resolve(name) : file);
  }
}
