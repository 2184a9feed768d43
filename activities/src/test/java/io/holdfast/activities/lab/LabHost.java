package io.holdfast.activities.lab;

import io.holdfast.activities.HostServices;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.config.EncryptionSettings;
import io.holdfast.config.HostSettings;
import io.holdfast.config.HostWorkerSettings;
import io.holdfast.config.LibvirtSettings;
import io.holdfast.config.LibvirtSettings.DomainType;
import io.holdfast.config.OwnershipSettings;
import io.holdfast.config.PoolSettings;
import io.holdfast.config.StreamSettings;
import io.holdfast.config.TemporalSettings;
import io.holdfast.config.TemporalTlsSettings;
import io.holdfast.config.WatchdogSettings;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.InstanceSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activities of the lab host that the test runs in. */
final class LabHost {
  /** In the host's own mounts: it goes with the pools that it has notes of. */
  static final Path STATE = Path.of("/var/lib/holdfast/lab-tests");

  private LabHost() {}

  static HostServices open() {
    return open("lab", null);
  }

  /** {@code streams}: for a test of replication. */
  static HostServices open(String name, @Nullable StreamSettings streams) {
    return new HostServices(
        new HostWorkerSettings(
            new HostSettings(name),
            new LibvirtSettings(
                String.valueOf(System.getenv("HOLDFAST_LAB_LIBVIRT_URI")), DomainType.AUTO),
            new TemporalSettings("127.0.0.1:7233", "default", TemporalTlsSettings.NONE),
            STATE.toString(),
            EncryptionSettings.DEFAULT, // the process reads the keys, its services do not
            6,
            streams,
            null,
            OwnershipSettings.DEFAULT,
            PoolSettings.NONE_SHARED,
            WatchdogSettings.NONE));
  }

  static void start(HostServices host, InstanceSpec instance, ContentServer images) {
    host.images()
        .placeImage(new ImageSource(instance.requireImage(), images.url()), instance.pool());
    host.volumes().createVolumes(instance);
    host.networks().connectPorts(instance.id(), instance.job(), instance.ports());
    host.domains().defineDomain(instance);
    host.domains().startDomain(instance.id());
  }

  /** Removes the instance. */
  static void remove(HostServices host, InstanceSpec instance) {
    host.domains().undefineDomain(instance.id());
    host.networks().disconnectPorts(instance.id(), instance.ports());
    host.volumes().deleteVolumes(instance.id(), instance.pool());
  }

  /** Removes the instance and its image. */
  static void clear(HostServices host, InstanceSpec instance) {
    remove(host, instance);
    host.images().removeImage(instance.requireImage().id(), instance.pool());
  }

  static String virsh(String... words) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("virsh", "-c", System.getenv("HOLDFAST_LAB_LIBVIRT_URI")));
    command.addAll(List.of(words));
    return Commands.require(command);
  }
}
