package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Xml;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.libvirt.LibvirtException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Whether this host can be the machine that a guest sees; every reason why not, in words. */
public final class HostFit {
  private final Document domain;
  private final String xml;
  private final String type;
  private final String architecture;
  private final String machine;

  /** {@code xml}: of the domain. */
  public HostFit(String xml) {
    this.xml = xml;
    domain = Xml.parse(xml);
    type = domain.getDocumentElement().getAttribute("type");
    Element os = Xml.elements(domain, "os").get(0);
    architecture = Xml.attribute(os, "type", "arch");
    machine = Xml.attribute(os, "type", "machine");
  }

  public List<String> causes(LibvirtSession session) throws LibvirtException, LibvirtFault {
    List<String> causes = new ArrayList<>(hypervisor(session.connect().getCapabilities()));
    if (causes.isEmpty()) {
      processor(session).ifPresent(causes::add);
    }
    return causes;
  }

  /** Domain type and machine among libvirt's capabilities. */
  List<String> hypervisor(String capabilities) {
    boolean knowsType = false;
    for (Element arch : Xml.elements(Xml.parse(capabilities), "arch")) {
      if (!arch.getAttribute("name").equals(architecture)) {
        continue;
      }
      List<Element> places = new ArrayList<>(List.of(arch));
      for (Element each : Xml.children(arch, "domain")) {
        if (each.getAttribute("type").equals(type)) {
          knowsType = true;
          places.add(each);
        }
      }
      if (knowsType && places.stream().anyMatch(this::hasMachine)) {
        return List.of();
      }
    }
    return List.of(
        knowsType
            ? "This host's QEMU has no machine type " + machine
            : "This host runs no %s guests of type %s".formatted(architecture, type));
  }

  private boolean hasMachine(Element place) {
    return Xml.children(place, "machine").stream()
        .anyMatch(each -> each.getTextContent().strip().equals(machine));
  }

  private Optional<String> processor(LibvirtSession session) throws LibvirtFault {
    List<Element> cpu = Xml.elements(domain, "cpu");
    if (cpu.isEmpty() || Xml.children(cpu.get(0), "model").isEmpty()) {
      return Optional.empty(); // as the hypervisor has it, which is the same on both
    }
    String model = Xml.children(cpu.get(0), "model").get(0).getTextContent().strip();
    String text = xml.substring(xml.indexOf("<cpu "), xml.indexOf("</cpu>") + "</cpu>".length());
    try {
      return session.migrations().runsCpu(architecture, machine, type, text)
          ? Optional.empty()
          : Optional.of("This host's processor lacks what the guest's model " + model + " has");
    } catch (LibvirtFault refused) {
      if (refused.isUnavailable()) {
        throw refused;
      }
      return Optional.of(
          "This host cannot tell whether it runs processor model %s: %s"
              .formatted(model, refused.getMessage()));
    }
  }
}
