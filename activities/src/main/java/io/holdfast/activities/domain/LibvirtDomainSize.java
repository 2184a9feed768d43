package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.InstanceId;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Sets numbers in the description of a domain's next start, by libvirt's own calls: so whatever
 * else stands there (volumes, addresses) stays. Maximum and current are the same: memory that a
 * guest might get later would have to be claimed now.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class LibvirtDomainSize implements DomainSizeActivities {
  private static final int CONFIG = 2;
  private static final int MAXIMUM = 4;
  private static final int XML_INACTIVE = 2;
  private static final long KIB_A_MIB = 1024;

  private final LibvirtConnection libvirt;
  private final KeyedLocks locks;

  /** {@code locks}: one lock an instance, shared with its domain's activities. */
  public LibvirtDomainSize(LibvirtConnection libvirt, KeyedLocks locks) {
    this.libvirt = libvirt;
    this.locks = locks;
  }

  @Override
  public void resizeDomain(InstanceId instance, ComputeSize size) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      ComputeSize found =
          libvirt
              .call(
                  "Resizing the domain",
                  session ->
                      session.domain(
                          instance.value(), domain -> resize(session, domain, instance, size)))
              .orElseThrow(() -> missing(instance));
      if (!found.equals(size)) {
        throw Failures.of(
            FailureType.LIBVIRT_REFUSED,
            "libvirt took %s but the domain has %s".formatted(size, found));
      }
    }
  }

  private static ComputeSize resize(
      LibvirtSession session, Domain domain, InstanceId instance, ComputeSize size)
      throws LibvirtException, LibvirtFault {
    if (!Ownership.isOurs(domain)) {
      throw missing(instance);
    }
    long kib = size.memoryMiB() * KIB_A_MIB;
    session.setMemory(instance.value(), kib, CONFIG | MAXIMUM);
    session.setMemory(instance.value(), kib, CONFIG);
    domain.setVcpusFlags(size.vcpus(), CONFIG | MAXIMUM);
    domain.setVcpusFlags(size.vcpus(), CONFIG);
    Document config = Xml.parse(domain.getXMLDesc(XML_INACTIVE));
    return new ComputeSize(vcpus(config), Math.toIntExact(memoryKib(config) / KIB_A_MIB));
  }

  /** As many as it starts with: the attribute is there when it may have more later. */
  private static int vcpus(Document config) {
    Element vcpu = Xml.elements(config, "vcpu").get(0);
    String current = vcpu.getAttribute("current");
    return Integer.parseInt(current.isEmpty() ? vcpu.getTextContent().strip() : current);
  }

  private static long memoryKib(Document config) {
    return Long.parseLong(Xml.text(config, "currentMemory"));
  }

  private static RuntimeException missing(InstanceId instance) {
    return Failures.of(FailureType.NOT_FOUND, "This host has no domain for " + instance);
  }
}
