package io.holdfast.activities.migration.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Merges of a guest that is off; those of one that runs are in the lab's tests. */
class MergesTest {
  private static final InstanceSpec INSTANCE = Examples.instance();

  @TempDir Path pool;
  @TempDir Path ownership;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final OurDomains domains = new OurDomains(libvirt);
  private final Merges merges = new Merges(domains, events);

  @BeforeEach
  void anInstanceUnderOverlays() throws IOException {
    OwnershipBook owned = Books.in(ownership);
    TestHost.addPool(libvirt, pool);
    new LibvirtDomainActivities(
            libvirt,
            new DomainPower(libvirt, events, owned, instance -> {}),
            owned,
            new Pools(libvirt, (any, where) -> {}),
            () -> "test",
            new KeyedLocks(),
            instance -> {})
        .defineDomain(INSTANCE);
    for (DiskSpec disk : INSTANCE.disks()) {
      QemuImg.createEmpty(disk(disk.name()), disk.sizeBytes());
      QemuImg.createOverlay(overlay(disk.name()), disk(disk.name()), disk.sizeBytes());
    }
    domains.require(
        "Giving it overlays",
        INSTANCE.id(),
        (session, domain) -> {
          Document xml = Xml.parse(domain.getXMLDesc(0));
          DiskSources.replace(
              xml,
              file ->
                  VolumeNames.parse(String.valueOf(file.getFileName()))
                      .map(own -> overlay(own.disk()))
                      .orElse(file));
          session.connect().domainDefineXML(Xml.write(xml)).free();
          return true;
        });
  }

  @AfterEach
  void close() {
    libvirt.close();
  }

  @Test
  void aMergeThatIsCutGoesOnWithTheDiskThatItWasAt() throws IOException {
    Path second = overlay("disk1");
    byte[] whole = Files.readAllBytes(second);
    Files.writeString(second, "not to be read at this moment");
    assertThatThrownBy(() -> merges.merge(INSTANCE.id())).isInstanceOf(IOException.class);
    assertThat(overlays()).containsExactly(0, 1);

    Files.write(second, whole);
    Files.delete(overlay("root")); // whoever wanted to merge it again would fail
    merges.merge(INSTANCE.id());
    assertThat(overlays()).containsExactly(0, 0);
    assertThat(second).doesNotExist();
    merges.merge(INSTANCE.id());
    assertThat(overlays()).containsExactly(0, 0);
  }

  private List<Integer> overlays() {
    return domains.require(
        "Reading its disks",
        INSTANCE.id(),
        (session, domain) ->
            SourceDisk.overlaid(domain.getXMLDesc(0), INSTANCE.id()).stream()
                .map(SourceDisk::overlay)
                .toList());
  }

  private Path disk(String name) {
    return VolumeNames.disk(pool, INSTANCE.id(), name);
  }

  private Path overlay(String name) {
    return VolumeNames.overlay(pool, INSTANCE.id(), name, 1);
  }
}
