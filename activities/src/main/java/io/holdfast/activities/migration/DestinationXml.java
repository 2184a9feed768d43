package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.migration.overlay.DiskSources;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationSite;
import java.nio.file.Path;
import java.util.List;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

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
    for (String device : List.of("serial", "console")) {
      for (Element each : Xml.elements(domain, device)) {
        for (Element source : Xml.children(each, "source")) {
          if (source.hasAttribute("path")) {
            Path log = Path.of(source.getAttribute("path")).getFileName();
            source.setAttribute("path", Path.of(site.consoleFolder()).resolve(log).toString());
          }
        }
      }
    }
    return Xml.write(domain);
  }

  private static Path place(Path file, InstanceId instance, Path pool) {
    String name = String.valueOf(file.getFileName());
    return VolumeNames.parseMoving(name, instance)
        .map(own -> VolumeNames.overlay(pool, instance, own.disk(), 1))
        .orElse(name.startsWith(instance + "-") ? pool.resolve(name) : file);
  }
}
