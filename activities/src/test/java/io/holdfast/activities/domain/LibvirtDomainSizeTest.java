package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.ComputeSize;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class LibvirtDomainSizeTest {
  @TempDir Path pool;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final KeyedLocks locks = new KeyedLocks();
  private final LibvirtDomainSize sizes = new LibvirtDomainSize(libvirt, locks);
  private LibvirtDomainActivities domains;

  @BeforeEach
  void start() {
    TestHost.addPool(libvirt, pool);
    DomainPower power = new DomainPower(libvirt, events);
    domains = new LibvirtDomainActivities(libvirt, power, new Pools(libvirt), () -> "test", locks);
    domains.defineDomain(Examples.instance());
  }

  @AfterEach
  void stop() {
    libvirt.close();
  }

  @Test
  void growsAndShrinksADomainThatIsOff() {
    for (ComputeSize size : new ComputeSize[] {size(4, 2048), size(4, 2048), size(1, 512)}) {
      sizes.resizeDomain(Examples.INSTANCE, size);
      Document config = config();
      assertThat(Xml.text(config, "vcpu")).isEqualTo(Integer.toString(size.vcpus()));
      assertThat(Xml.text(config, "memory")).isEqualTo(Long.toString(size.memoryMiB() * 1024L));
      assertThat(Xml.elements(config, "disk")).hasSize(3);
    }
  }

  @Test
  void changesTheNextStartOfADomainThatRuns() {
    domains.startDomain(Examples.INSTANCE);
    sizes.resizeDomain(Examples.INSTANCE, size(3, 1536));
    assertThat(Xml.text(config(), "vcpu")).isEqualTo("3");
  }

  @Test
  void needsADomain() {
    domains.undefineDomain(Examples.INSTANCE);
    assertThatThrownBy(() -> sizes.resizeDomain(Examples.INSTANCE, size(1, 64)))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(FailureType.NOT_FOUND.name()));
  }

  private static ComputeSize size(int vcpus, int memoryMiB) {
    return new ComputeSize(vcpus, memoryMiB);
  }

  private Document config() {
    return libvirt
        .call(
            "Reading",
            session ->
                session.domain(
                    Examples.INSTANCE.value(), domain -> Xml.parse(domain.getXMLDesc(2))))
        .orElseThrow();
  }
}
