package io.holdfast.activities.snapshot;

import io.holdfast.activities.domain.ConsoleFolders;
import io.holdfast.activities.domain.DomainSizeXml;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.migration.overlay.DiskSources;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.InstanceId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * What a guest was when its memory was taken. It sees the same machine when it goes on: whatever
 * libvirt wrote down of it then is taken over, but for where files lie on this host.
 */
final class MemoryXml {
  private MemoryXml() {}

  /** {@code saved} with the files of the instance in these folders. */
  static String render(String saved, InstanceId instance, Path pool, Path consoles) {
    Document domain = Xml.parse(saved);
    DiskSources.replace(
        domain,
        file -> {
          Path name = file.getFileName();
          return String.valueOf(name).startsWith(instance + "-") ? pool.resolve(name) : file;
        });
    for (Element disk : Xml.elements(domain, "disk")) { // a restored one stands on nothing
      Xml.children(disk, "backingStore").forEach(disk::removeChild);
    }
    ConsoleFolders.replace(domain, consoles);
    return Xml.write(domain);
  }

  /** What the instance has become since, and a guest cannot: a line for each. */
  static List<String> differences(String saved, String now) {
    Document had = Xml.parse(saved);
    Document has = Xml.parse(now);
    List<String> causes = new ArrayList<>();
    ComputeSize then = DomainSizeXml.size(had);
    ComputeSize today = DomainSizeXml.size(has);
    if (!then.equals(today)) {
      causes.add("It had %s, the instance has %s".formatted(words(then), words(today)));
    }
    compare("nic", had, has, "interface", MemoryXml::nic, causes);
    compare("disk", had, has, "disk", MemoryXml::disk, causes);
    return causes;
  }

  private static void compare(
      String what,
      Document had,
      Document has,
      String element,
      Function<Element, String> name,
      List<String> causes) {
    Set<String> then = names(had, element, name);
    Set<String> today = names(has, element, name);
    then.stream()
        .filter(each -> !today.contains(each))
        .forEach(each -> causes.add("It had %s %s, the instance has not".formatted(what, each)));
    today.stream()
        .filter(each -> !then.contains(each))
        .forEach(each -> causes.add("It had no %s %s, the instance has".formatted(what, each)));
  }

  private static Set<String> names(
      Document domain, String element, Function<Element, String> name) {
    Set<String> names = new TreeSet<>();
    Xml.elements(domain, element).forEach(each -> names.add(name.apply(each)));
    return names;
  }

  private static String nic(Element nic) {
    return "%s in %s"
        .formatted(Xml.attribute(nic, "mac", "address"), Xml.attribute(nic, "source", "network"));
  }

  private static String disk(Element disk) {
    String file = Xml.attribute(disk, "source", "file");
    return "%s (%s)"
        .formatted(Xml.attribute(disk, "target", "dev"), file.substring(file.lastIndexOf('/') + 1));
  }

  private static String words(ComputeSize size) {
    return "%d processors and %d MiB".formatted(size.vcpus(), size.memoryMiB());
  }
}
