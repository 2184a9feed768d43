package io.holdfast.activities.lab;

import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.NetworkMode;
import io.holdfast.workflows.model.NetworkSpec;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.SeedSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Instances to try a host with. */
final class Instances {
  private Instances() {}

  static InstanceSpec small(String pool, Path image) throws Exception {
    byte[] content = Files.readAllBytes(image);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    NetworkSpec network =
        new NetworkSpec(
            new NetworkId(UUID.randomUUID()), "lab-" + pool, NetworkMode.NAT, "10.90.7.0/24");
    return new InstanceSpec(
        new InstanceId(UUID.randomUUID()),
        new JobId(UUID.randomUUID()),
        "web-1",
        1,
        128,
        null,
        pool,
        new ImageSpec(
            new ImageId(UUID.randomUUID()),
            "guest",
            ImageFormat.QCOW2,
            sha256,
            content.length,
            128L << 20),
        List.of(new DiskSpec("root", "vda", 1L << 30), new DiskSpec("disk1", "vdb", 64L << 20)),
        List.of(new PortSpec(network, "52:54:00:0a:0b:0c", "10.90.7.10")),
        new SeedSpec("web-1", List.of("ssh-ed25519 AAAA somebody@somewhere"), null),
        GuestReadiness.AGENT,
        90);
  }

  /** Another instance of the same image on the same network. */
  static InstanceSpec sameNetwork(InstanceSpec first, String mac, String ipv4) {
    return new InstanceSpec(
        new InstanceId(UUID.randomUUID()),
        new JobId(UUID.randomUUID()),
        "web-2",
        1,
        128,
        null,
        first.pool(),
        first.image(),
        first.disks(),
        List.of(new PortSpec(first.ports().get(0).network(), mac, ipv4)),
        first.seed(),
        first.readiness(),
        first.guestTimeoutSeconds());
  }

  static List<Path> filesOf(InstanceSpec instance) {
    Path folder = Path.of("/var/lib/holdfast/pools", instance.pool());
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains(instance.id().toString())).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
