package io.holdfast.activities.census;

import io.holdfast.activities.domain.DomainSizeXml;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.DomainDescription.Nic;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.PowerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Domains with our tag. */
final class DomainCensus {
  private static final int INACTIVE = 2; // VIR_DOMAIN_XML_INACTIVE

  private final LibvirtConnection libvirt;

  DomainCensus(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  List<CensusItem> all() {
    return libvirt.call(
        "Listing the domains",
        session -> {
          List<CensusItem> found = new ArrayList<>();
          for (Map.Entry<UUID, PowerState> each : session.domains().entrySet()) {
            Optional<String> xml =
                session.domain(
                    each.getKey(), d -> Ownership.isOurs(d) ? d.getXMLDesc(INACTIVE) : "");
            xml.filter(text -> !text.isEmpty())
                .ifPresent(text -> found.add(item(each.getKey(), each.getValue(), text)));
          }
          return found;
        });
  }

  private static CensusItem item(UUID id, PowerState power, String xml) {
    return new CensusItem(
        CensusKind.DOMAIN,
        Xml.text(Xml.parse(xml), "name"),
        "",
        id,
        Ownership.job(xml).orElse(null),
        0,
        power.name(),
        null);
  }

  DomainDescription describe(InstanceId instance, NetworkCensus networks) {
    Document xml =
        Xml.parse(
            libvirt
                .call(
                    "Reading the domain",
                    session ->
                        session.domain(
                            instance.value(),
                            d -> Ownership.isOurs(d) ? d.getXMLDesc(INACTIVE) : ""))
                .filter(text -> !text.isEmpty())
                .orElseThrow(
                    () -> Failures.of(FailureType.NOT_FOUND, "No domain of ours is " + instance)));
    PowerState power =
        libvirt.call("Reading the domain", session -> session.state(instance.value()));
    ComputeSize size = DomainSizeXml.size(xml);
    ComputeSize limit = DomainSizeXml.limit(xml);
    try {
      List<Path> files = disks(xml, instance);
      return new DomainDescription(
          instance,
          Xml.text(xml, "name"),
          size.vcpus(),
          size.memoryMiB(),
          power,
          pool(files),
          sized(files, instance),
          nics(xml, networks),
          limit.equals(size) ? null : limit);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** The files of its disks in order, without the seed. */
  private static List<Path> disks(Document xml, InstanceId instance) {
    List<Path> files = new ArrayList<>();
    for (Element source : Xml.elements(xml, "source")) {
      String file = source.getAttribute("file");
      if (file.endsWith(".qcow2")) {
        files.add(Path.of(file));
      }
    }
    boolean ours = files.stream().allMatch(file -> isDisk(file, instance));
    if (files.isEmpty() || !ours) {
      throw notAdoptable("its disks are not those that Holdfast made: " + files);
    }
    return files;
  }

  /** An overlay of a migration is none: its job has yet to say what becomes of it. */
  private static boolean isDisk(Path file, InstanceId instance) {
    return VolumeNames.parse(String.valueOf(file.getFileName()))
        .filter(own -> own.instance().equals(instance) && own.overlay() == 0)
        .isPresent();
  }

  private String pool(List<Path> files) {
    Path folder = files.get(0).getParent();
    return libvirt
        .call(
            "Looking up the pool",
            session -> {
              for (Map.Entry<String, Path> pool : Pools.folders(session).entrySet()) {
                if (pool.getValue().equals(folder)) {
                  return Optional.of(pool.getKey());
                }
              }
              return Optional.<String>empty();
            })
        .orElseThrow(() -> notAdoptable("its disks lie in no pool: " + folder));
  }

  private static List<DiskSpec> sized(List<Path> files, InstanceId instance) throws IOException {
    List<DiskSpec> disks = new ArrayList<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      QcowHeader header =
          QcowHeader.read(file).orElseThrow(() -> notAdoptable(file + " is no qcow2 disk"));
      disks.add(
          new DiskSpec(
              name.substring(instance.toString().length() + 1, name.length() - ".qcow2".length()),
              DiskSpec.device(disks.size()),
              header.virtualSize()));
    }
    return disks;
  }

  private static List<Nic> nics(Document xml, NetworkCensus networks) throws IOException {
    List<CensusItem> known = networks.all();
    List<Nic> nics = new ArrayList<>();
    for (Element each : Xml.elements(xml, "interface")) {
      String mac =
          ((Element) each.getElementsByTagName("mac").item(0))
              .getAttribute("address")
              .toLowerCase(Locale.ROOT);
      CensusItem reservation =
          known.stream()
              .filter(i -> i.kind() == CensusKind.RESERVATION && i.name().equals(mac))
              .findFirst()
              .orElseThrow(() -> notAdoptable("no address is reserved for its nic " + mac));
      nics.add(new Nic(mac, new NetworkId(reservation.owner()), reservation.detail()));
    }
    return nics;
  }

  private static RuntimeException notAdoptable(String why) {
    return Failures.of(
        FailureType.ORPHAN_NOT_ADOPTABLE, "The domain cannot become an instance: " + why);
  }
}
