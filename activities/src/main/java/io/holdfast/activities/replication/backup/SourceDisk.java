package io.holdfast.activities.replication.backup;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.model.InstanceId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * A disk of an instance, as its domain names it.
 *
 * @param name as in DiskSpec
 * @param device "vda"
 * @param file the qcow2
 */
public record SourceDisk(String name, String device, String file) {
  /** The instance's own disks in the description of its domain; its seed and volumes are none. */
  public static List<SourceDisk> of(String domainXml, InstanceId instance) {
    Pattern own = Pattern.compile(Pattern.quote(instance.toString()) + "-(\\w+)\\.qcow2");
    List<SourceDisk> disks = new ArrayList<>();
    for (Element disk : Xml.elements(Xml.parse(domainXml), "disk")) {
      String file = attribute(disk, "source", "file");
      Matcher name = own.matcher(file.substring(file.lastIndexOf('/') + 1));
      if (name.matches()) {
        disks.add(new SourceDisk(name.group(1), attribute(disk, "target", "dev"), file));
      }
    }
    return disks;
  }

  public Path path() {
    return Path.of(file);
  }

  /** Of the disk's own child: its backing files have sources as well. */
  private static String attribute(Element disk, String child, String name) {
    for (Node node = disk.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(child)) {
        return element.getAttribute(name);
      }
    }
    return "";
  }
}
