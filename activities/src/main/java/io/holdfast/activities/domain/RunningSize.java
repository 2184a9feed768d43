package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ComputeSize;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Processors and memory of a domain that runs: plugged and unplugged. What is plugged is the
 * guest's, so it is asked for it back, and may keep it.
 */
final class RunningSize {
  private static final Logger LOG = LoggerFactory.getLogger(RunningSize.class);
  private static final int LIVE = 1;

  private RunningSize() {}

  /**
   * What the guest was given, unplugged or not yet used by it; of its next start when it is off.
   */
  static ComputeSize read(Domain domain) throws LibvirtException {
    return DomainSizeXml.size(description(domain));
  }

  /** Memory comes last, since a guest seldom lets go of it. False when the domain is off. */
  static boolean grow(Domain domain, ComputeSize wanted) throws LibvirtException {
    if (domain.isActive() != 1) {
      return false;
    }
    Document live = description(domain);
    ComputeSize now = DomainSizeXml.size(live);
    ComputeSize limit = DomainSizeXml.limit(live);
    if (!limit.atLeast(wanted).equals(limit)) {
      throw Failures.of(
          FailureType.INSTANCE_MUST_BE_STOPPED,
          "The guest was started with room for %d processors and %d MiB; a restart gives it more"
              .formatted(limit.vcpus(), limit.memoryMiB()));
    }
    if (now.vcpus() < wanted.vcpus()) {
      LiveChange.whileItRuns(domain, () -> domain.setVcpusFlags(wanted.vcpus(), LIVE));
    }
    int more = wanted.memoryMiB() - now.memoryMiB();
    if (more > 0) {
      LiveChange.whileItRuns(
          domain, () -> domain.attachDeviceFlags(DomainSizeXml.module(more), LIVE));
    }
    return domain.isActive() == 1;
  }

  /** Asks the guest once for what it has too much; whether it gave it is to be read. */
  static boolean askBack(Domain domain, ComputeSize before) throws LibvirtException {
    if (domain.isActive() != 1) {
      return false;
    }
    Document live = description(domain);
    ComputeSize now = DomainSizeXml.size(live);
    Element module = DomainSizeXml.module(live, now.memoryMiB() - before.memoryMiB()).orElse(null);
    if (module != null) {
      ask(domain, () -> domain.detachDeviceFlags(Xml.write(module), LIVE));
    }
    if (now.vcpus() > before.vcpus()) {
      ask(domain, () -> domain.setVcpusFlags(before.vcpus(), LIVE));
    }
    return true;
  }

  /** A guest that does not give way is no fault of libvirt's; a libvirt that is away is. */
  private static void ask(Domain domain, LiveChange change) throws LibvirtException {
    try {
      LiveChange.whileItRuns(domain, change);
    } catch (LibvirtException kept) {
      LOG.info("{} was asked to let go: {}", domain.getName(), kept.getMessage());
    }
  }

  private static Document description(Domain domain) throws LibvirtException {
    return Xml.parse(domain.getXMLDesc(0));
  }
}
