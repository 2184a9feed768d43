package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.model.ComputeSize;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Processors and memory in a domain's description. A domain whose limit is above its size has room
 * to grow while it runs: processors that are not plugged, and slots for memory modules, for which
 * libvirt wants a NUMA node. Memory has a price: a Linux guest that may get some above 4 GiB sets
 * 64 MiB aside, so a domain gets slots only when its limit says so.
 */
public final class DomainSizeXml {
  /** Each growth takes one until the next start, which has all memory in one piece. */
  private static final int SLOTS = 32;

  private static final int KIB_A_MIB = 1024;

  private DomainSizeXml() {}

  /** The elements for memory and processors. */
  static String render(ComputeSize size, @Nullable ComputeSize limit) {
    ComputeSize most = most(size, limit);
    String maximum =
        "  <maxMemory slots='%d' unit='MiB'>%d</maxMemory>\n".formatted(SLOTS, most.memoryMiB());
    String current = " current='%d'".formatted(size.vcpus());
    return "%s  <memory unit='MiB'>%d</memory>\n  <vcpu%s>%d</vcpu>\n"
        .formatted(
            most.memoryMiB() > size.memoryMiB() ? maximum : "",
            size.memoryMiB(),
            most.vcpus() > size.vcpus() ? current : "",
            most.vcpus());
  }

  /** The NUMA node in the processor's element; "" without room for memory. */
  static String numa(ComputeSize size, @Nullable ComputeSize limit) {
    ComputeSize most = most(size, limit);
    return most.memoryMiB() > size.memoryMiB()
        ? "<numa><cell id='0' cpus='%s' memory='%d' unit='MiB'/></numa>"
            .formatted(processors(most), size.memoryMiB())
        : "";
  }

  /** A memory module. */
  static String module(int memoryMiB) {
    return "<memory model='dimm'><target><size unit='MiB'>%d</size><node>0</node></target></memory>"
        .formatted(memoryMiB);
  }

  /** What the domain has, modules included. */
  public static ComputeSize size(Document domain) {
    Element vcpu = root(domain, "vcpu");
    String current = vcpu.getAttribute("current");
    return new ComputeSize(
        Integer.parseInt(current.isEmpty() ? vcpu.getTextContent().strip() : current),
        mebibytes(root(domain, "memory")));
  }

  /** How far it may grow while it runs. */
  public static ComputeSize limit(Document domain) {
    int vcpus = Integer.parseInt(root(domain, "vcpu").getTextContent().strip());
    List<Element> maximum = Xml.children(domain.getDocumentElement(), "maxMemory");
    return new ComputeSize(
        vcpus, maximum.isEmpty() ? size(domain).memoryMiB() : mebibytes(maximum.get(0)));
  }

  /** The module of this size that was plugged last. */
  static Optional<Element> module(Document domain, int memoryMiB) {
    return modules(domain).stream()
        .filter(module -> moduleSize(module) == memoryMiB)
        .reduce((first, last) -> last);
  }

  /** Gives a description its size, with all memory in one piece. */
  static void set(Document domain, ComputeSize size, @Nullable ComputeSize limit) {
    ComputeSize most = most(size, limit);
    Element root = domain.getDocumentElement();
    Element vcpu = root(domain, "vcpu");
    vcpu.setTextContent(Integer.toString(most.vcpus()));
    vcpu.removeAttribute("current");
    if (most.vcpus() > size.vcpus()) {
      vcpu.setAttribute("current", Integer.toString(size.vcpus()));
    }
    modules(domain).forEach(DomainSizeXml::remove);
    for (String each : List.of("vcpus", "maxMemory", "currentMemory")) {
      Xml.children(root, each).forEach(DomainSizeXml::remove);
    }
    Element memory = root(domain, "memory");
    write(memory, size.memoryMiB());
    Element cpu = Xml.children(root, "cpu").stream().findFirst().orElseGet(() -> add(root, "cpu"));
    Xml.children(cpu, "numa").forEach(DomainSizeXml::remove);
    if (most.memoryMiB() > size.memoryMiB()) {
      Element maximum = add(root, "maxMemory");
      maximum.setAttribute("slots", Integer.toString(SLOTS));
      write(maximum, most.memoryMiB());
      Element cell = add(add(cpu, "numa"), "cell");
      cell.setAttribute("id", "0");
      cell.setAttribute("cpus", processors(most));
      cell.setAttribute("memory", Integer.toString(size.memoryMiB()));
      cell.setAttribute("unit", "MiB");
    }
  }

  private static ComputeSize most(ComputeSize size, @Nullable ComputeSize limit) {
    return limit == null ? size : size.atLeast(limit);
  }

  private static String processors(ComputeSize most) {
    return most.vcpus() == 1 ? "0" : "0-" + (most.vcpus() - 1);
  }

  private static List<Element> modules(Document domain) {
    return Xml.children(domain.getDocumentElement(), "devices").stream()
        .flatMap(devices -> Xml.children(devices, "memory").stream())
        .toList();
  }

  private static int moduleSize(Element module) {
    return Xml.children(module, "target").stream()
        .flatMap(target -> Xml.children(target, "size").stream())
        .mapToInt(DomainSizeXml::mebibytes)
        .sum();
  }

  private static int mebibytes(Element memory) {
    if (!memory.getAttribute("unit").equals("KiB")) {
      throw new IllegalStateException("libvirt tells memory in " + memory.getAttribute("unit"));
    }
    return Math.toIntExact(Long.parseLong(memory.getTextContent().strip()) / KIB_A_MIB);
  }

  private static void write(Element memory, int mebibytes) {
    memory.setAttribute("unit", "MiB");
    memory.setTextContent(Integer.toString(mebibytes));
  }

  private static Element root(Document domain, String name) {
    return Xml.children(domain.getDocumentElement(), name).get(0);
  }

  private static Element add(Element parent, String name) {
    Element child = parent.getOwnerDocument().createElement(name);
    parent.appendChild(child);
    return child;
  }

  private static void remove(Element element) {
    element.getParentNode().removeChild(element);
  }
}
