package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PowerState;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibvirtDomainActivitiesTest {
  private static final InstanceSpec INSTANCE = Examples.instance();

  @TempDir Path pool;
  @TempDir Path ownership;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private LibvirtDomainActivities domains;

  @BeforeEach
  void start() {
    OwnershipBook owned = Books.in(ownership);
    TestHost.addPool(libvirt, pool);
    domains =
        new LibvirtDomainActivities(
            libvirt,
            new DomainPower(libvirt, events, owned, instance -> {}),
            owned,
            new Pools(libvirt, (any, where) -> {}),
            () -> "test",
            new KeyedLocks(),
            instance -> {});
  }

  @AfterEach
  void stop() {
    libvirt.close();
  }

  @Test
  void carriesADomainThroughItsLifeTwice() {
    domains.defineDomain(INSTANCE);
    domains.defineDomain(INSTANCE);
    assertThat(domains.readDomain(Examples.INSTANCE).state()).isEqualTo(PowerState.SHUTOFF);
    assertThat(domains.startDomain(Examples.INSTANCE).state()).isEqualTo(PowerState.RUNNING);
    assertThat(domains.startDomain(Examples.INSTANCE).state()).isEqualTo(PowerState.RUNNING);
    assertThat(domains.stopDomain(Examples.INSTANCE, 1).state()).isEqualTo(PowerState.SHUTOFF);
    assertThat(domains.stopDomain(Examples.INSTANCE, 0).state()).isEqualTo(PowerState.SHUTOFF);
    assertThat(domains.rebootDomain(Examples.INSTANCE, 0).state()).isEqualTo(PowerState.RUNNING);
    domains.undefineDomain(Examples.INSTANCE);
    domains.undefineDomain(Examples.INSTANCE);
    assertThat(domains.readDomain(Examples.INSTANCE).state()).isEqualTo(PowerState.MISSING);
    assertThat(domains.stopDomain(Examples.INSTANCE, 1).state()).isEqualTo(PowerState.MISSING);
  }

  @Test
  void neverTouchesAForeignDomainWithItsUuid() {
    foreign("somebody", Examples.INSTANCE.value());

    assertTaken();
    domains.stopDomain(Examples.INSTANCE, 0);
    domains.undefineDomain(Examples.INSTANCE);

    assertThat(domains.readDomain(Examples.INSTANCE).state()).isEqualTo(PowerState.MISSING);
    PowerState state = libvirt.call("Reading", session -> session.state(Examples.INSTANCE.value()));
    assertThat(state).isEqualTo(PowerState.RUNNING);
  }

  @Test
  void saysThatItsNameIsTaken() {
    foreign(DomainNames.domain(INSTANCE.name(), INSTANCE.id()), UUID.randomUUID());
    assertTaken();
  }

  @Test
  void hasNothingToStart() {
    assertThatThrownBy(() -> domains.startDomain(Examples.INSTANCE))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(FailureType.NOT_FOUND.name()));
  }

  private void assertTaken() {
    assertThatThrownBy(() -> domains.defineDomain(INSTANCE))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure ->
                assertThat(failure.getType())
                    .isEqualTo(FailureType.NAME_TAKEN_BY_FOREIGN_DOMAIN.name()));
  }

  private void foreign(String name, UUID id) {
    String xml =
        """
        <domain type='test'><name>%s</name><uuid>%s</uuid><memory unit='MiB'>16</memory>
          <os><type>hvm</type></os></domain>
        """
            .formatted(name, id);
    libvirt.call("Making a domain", session -> session.connect().domainDefineXML(xml).free());
    libvirt.call(
        "Starting it",
        session ->
            session.domain(
                id,
                domain -> {
                  domain.create();
                  return true;
                }));
  }
}
