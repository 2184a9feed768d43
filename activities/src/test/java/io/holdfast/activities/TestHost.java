package io.holdfast.activities;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.workflows.model.InstanceId;
import java.nio.file.Path;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** libvirt's own test driver: domains, networks and pools that exist in memory only. */
public final class TestHost {
  public static final String POOL = "fast";

  private TestHost() {}

  public static LibvirtConnection connect(HostEvents events) {
    return new LibvirtConnection(
        "test://" + Path.of("src/test/resources/test-node.xml").toAbsolutePath(), events);
  }

  /** Gives the host an instance of ours that is off. {@code devices}: in libvirt's words. */
  public static void define(LibvirtConnection libvirt, InstanceId instance, String devices) {
    String xml =
        """
        <domain type='test'><name>web-%s</name><uuid>%s</uuid><memory unit='MiB'>16</memory>
          <metadata><holdfast:instance xmlns:holdfast='%s' owner='holdfast'/></metadata>
          <os><type>hvm</type></os><devices>%s</devices></domain>
        """
            .formatted(instance, instance, Ownership.NAMESPACE, devices);
    libvirt.call("Making a domain", session -> session.connect().domainDefineXML(xml).free());
  }

  /** Does to the instance's domain what somebody does behind our back. */
  public static void act(LibvirtConnection libvirt, InstanceId instance, Act act) {
    libvirt.call(
        "Acting on the domain",
        session ->
            session.domain(
                instance.value(),
                domain -> {
                  act.on(domain);
                  return true;
                }));
  }

  /** As of virsh. */
  @FunctionalInterface
  public interface Act {
    void on(Domain domain) throws LibvirtException;
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
