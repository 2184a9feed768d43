package io.holdfast.activities.migration;

import io.holdfast.activities.domain.HostFit;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.volume.VolumeNames.Own;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.libvirt.LibvirtException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Whether a domain of another host could run on this one; every reason why not, in words. */
final class TargetCheck {
  private static final int XML_INACTIVE = 2;

  private final InstanceId instance;
  private final Set<String> expected;
  private final Document domain;
  private final String xml;

  /** {@code moving}: its volumes are among its disks. */
  TargetCheck(InstanceSpec moving, String xml) {
    instance = moving.id();
    expected = moving.disks().stream().map(DiskSpec::name).collect(Collectors.toSet());
    this.xml = xml;
    domain = Xml.parse(xml);
  }

  List<String> causes(LibvirtSession session) throws LibvirtException, LibvirtFault {
    List<String> causes = new ArrayList<>(new HostFit(xml).causes(session));
    causes.addAll(disks());
    causes.addAll(clashes(session));
    return causes;
  }

  /** Its own disks go with it, and the volumes that it has by the ledger: no others, and all. */
  List<String> disks() {
    List<String> causes = new ArrayList<>();
    Set<String> missing = new TreeSet<>(expected);
    for (Element disk : Xml.elements(domain, "disk")) {
      String file = Xml.attribute(disk, "source", "file");
      String name = String.valueOf(Path.of(file).getFileName());
      Optional<String> moves = VolumeNames.parseMoving(name, instance).map(Own::disk);
      moves.ifPresent(missing::remove);
      boolean own =
          moves.filter(expected::contains).isPresent()
              || name.equals(String.valueOf(VolumeNames.seed(Path.of(""), instance)));
      if (!own) {
        causes.add(
            "Its disk %s is not the instance's own: %s"
                .formatted(Xml.attribute(disk, "target", "dev"), file));
      }
    }
    for (String name : missing) {
      causes.add(
          VolumeId.ofDisk(name)
              .map("Its domain has not got volume %s: detach it, or attach it again"::formatted)
              .orElse("Its domain has not got its disk " + name));
    }
    return causes;
  }

  private List<String> clashes(LibvirtSession session) throws LibvirtException, LibvirtFault {
    List<String> causes = new ArrayList<>();
    for (UUID id : session.domains().keySet()) {
      Optional<String> there = session.domain(id, other -> other.getXMLDesc(XML_INACTIVE));
      if (there.isPresent()) {
        boolean runs = session.domain(id, other -> other.isActive() == 1).orElse(false);
        causes.addAll(clashes(id, there.get(), runs));
      }
    }
    return causes;
  }

  /** One of the instance that is off is of an earlier attempt: it is adopted, or cleared. */
  List<String> clashes(UUID id, String there, boolean runs) {
    Document other = Xml.parse(there);
    String name = Xml.text(other, "name");
    if (id.equals(instance.value())) {
      if (!Ownership.isOurs(there)) {
        return List.of("The UUID is that of domain %s, which is not Holdfast's".formatted(name));
      }
      return runs ? List.of("The instance's domain runs here: " + name) : List.of();
    }
    List<String> causes = new ArrayList<>();
    if (name.equals(Xml.text(domain, "name"))) {
      causes.add("Another domain here has the name " + name);
    }
    Set<String> macs = macs(other);
    macs.retainAll(macs(domain));
    macs.forEach(mac -> causes.add("Domain %s here has a nic %s, too".formatted(name, mac)));
    return causes;
  }

  private static Set<String> macs(Document domain) {
    Set<String> macs = new TreeSet<>();
    for (Element nic : Xml.elements(domain, "interface")) {
      macs.add(Xml.attribute(nic, "mac", "address").toLowerCase(Locale.ROOT));
    }
    return macs;
  }
}
