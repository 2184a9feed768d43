package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GrownDomain;
import io.holdfast.workflows.model.PowerState;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class LibvirtDomainSizeTest {
  private static final int XML_INACTIVE = 2;

  @TempDir Path pool;
  @TempDir Path ownership;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final KeyedLocks locks = new KeyedLocks();
  private final LibvirtDomainSize sizes = new LibvirtDomainSize(libvirt, events, locks);
  private LibvirtDomainActivities domains;

  @BeforeEach
  void start() {
    OwnershipBook owned = Books.in(ownership);
    TestHost.addPool(libvirt, pool);
    DomainPower power = new DomainPower(libvirt, events, owned, instance -> {});
    domains =
        new LibvirtDomainActivities(
            libvirt,
            power,
            owned,
            new Pools(libvirt, (any, where) -> {}),
            () -> "test",
            locks,
            instance -> {});
    domains.defineDomain(Examples.instance(size(4, 1024)));
  }

  @AfterEach
  void stop() {
    libvirt.close();
  }

  @Test
  void growsAndShrinksADomainThatIsOff() {
    for (ComputeSize size : new ComputeSize[] {size(4, 2048), size(4, 2048), size(1, 512)}) {
      sizes.resizeDomain(Examples.INSTANCE, size, null);
      Document config = config();
      assertThat(Xml.text(config, "vcpu")).isEqualTo(Integer.toString(size.vcpus()));
      assertThat(Xml.text(config, "memory")).isEqualTo(Long.toString(size.memoryMiB() * 1024L));
      assertThat(Xml.elements(config, "disk")).hasSize(3);
    }
  }

  @Test
  void changesTheNextStartOfADomainThatRuns() {
    domains.startDomain(Examples.INSTANCE);
    sizes.resizeDomain(Examples.INSTANCE, size(3, 1536), size(6, 1536));
    assertThat(DomainSizeXml.size(config())).isEqualTo(size(3, 1536));
    assertThat(DomainSizeXml.limit(config())).isEqualTo(size(6, 1536));
    assertThat(DomainSizeXml.size(live())).isEqualTo(size(2, 1024));
  }

  /** The test driver has no agent, and no memory to plug; the lab has both. */
  @Test
  void plugsProcessorsIntoADomainThatRunsAndTakesThemBack() {
    domains.startDomain(Examples.INSTANCE);
    for (int i = 0; i < 2; i++) {
      assertThat(sizes.growDomain(Examples.INSTANCE, size(3, 1024)))
          .isEqualTo(new GrownDomain(PowerState.RUNNING, null, null));
      assertThat(DomainSizeXml.size(live())).isEqualTo(size(3, 1024));
      assertThat(DomainSizeXml.size(config())).isEqualTo(size(3, 1024));
      assertThat(DomainSizeXml.limit(config())).isEqualTo(size(4, 1024));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(sizes.shrinkDomain(Examples.INSTANCE, size(2, 1024))).isEqualTo(size(2, 1024));
      assertThat(DomainSizeXml.size(live())).isEqualTo(size(2, 1024));
      assertThat(DomainSizeXml.size(config())).isEqualTo(size(2, 1024));
    }
  }

  @Test
  void aDomainThatWentOffGrowsAtItsNextStart() {
    assertThat(sizes.growDomain(Examples.INSTANCE, size(3, 1024)))
        .isEqualTo(new GrownDomain(PowerState.SHUTOFF, null, null));
    assertThat(DomainSizeXml.size(config())).isEqualTo(size(3, 1024));
    assertThat(sizes.shrinkDomain(Examples.INSTANCE, size(2, 1024))).isEqualTo(size(2, 1024));
    assertThat(DomainSizeXml.size(config())).isEqualTo(size(2, 1024));
  }

  @Test
  void growsNoFurtherThanItWasStartedFor() {
    domains.startDomain(Examples.INSTANCE);
    assertThatThrownBy(() -> sizes.growDomain(Examples.INSTANCE, size(2, 2048)))
        .hasMessageContaining("with room for 4 processors and 1024 MiB")
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure ->
                assertThat(failure.getType())
                    .isEqualTo(FailureType.INSTANCE_MUST_BE_STOPPED.name()));
    assertThat(DomainSizeXml.size(config())).isEqualTo(size(2, 1024));
  }

  @Test
  void needsADomain() {
    domains.undefineDomain(Examples.INSTANCE);
    assertThat(sizes.shrinkDomain(Examples.INSTANCE, size(1, 64))).isEqualTo(size(1, 64));
    assertThatThrownBy(() -> sizes.resizeDomain(Examples.INSTANCE, size(1, 64), null))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(FailureType.NOT_FOUND.name()));
  }

  private static ComputeSize size(int vcpus, int memoryMiB) {
    return new ComputeSize(vcpus, memoryMiB);
  }

  private Document config() {
    return description(XML_INACTIVE);
  }

  private Document live() {
    return description(0);
  }

  private Document description(int flags) {
    return libvirt
        .call(
            "Reading",
            session ->
                session.domain(
                    Examples.INSTANCE.value(), domain -> Xml.parse(domain.getXMLDesc(flags))))
        .orElseThrow();
  }
}
