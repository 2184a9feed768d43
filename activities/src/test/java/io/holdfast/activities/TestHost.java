package io.holdfast.activities;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import java.nio.file.Path;

/** libvirt's own test driver: domains, networks and pools that exist in memory only. */
public final class TestHost {
  public static final String POOL = "fast";

  private TestHost() {}

  public static LibvirtConnection connect(HostEvents events) {
    return new LibvirtConnection(
        "test://" + Path.of("src/test/resources/test-node.xml").toAbsolutePath(), events);
  }

  /** Gives the host a pool in this folder. */
  public static void addPool(LibvirtConnection libvirt, Path folder) {
    libvirt.call(
        "Adding a pool",
        session -> {
          String xml =
              "<pool type='dir'><name>%s</name><target><path>%s</path></target></pool>"
                  .formatted(POOL, folder);
          session.connect().storagePoolCreateXML(xml, 0).free();
          return true;
        });
  }
}
