package io.holdfast.activities.volume;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.worker.ScratchFolders;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.SeedSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The NoCloud seed: an ISO 9660 volume labelled "cidata" with meta-data, user-data and
 * network-config. The keys are in the meta-data, so that they count beside user data of any form,
 * and in the user data when that is ours, for guests that read no more than that.
 *
 * @see <a href="https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html">the
 *     format</a>
 */
final class SeedIso {
  private static final int METRIC_STEP = 100;

  private SeedIso() {}

  /** {@code target}: a new file, readable by its owner alone: user data has passwords in it. */
  static void write(InstanceSpec instance, Path target) throws IOException {
    PoolFiles.createPrivate(target);
    Path folder = ScratchFolders.create();
    Map<Path, String> files =
        Map.of(
            folder.resolve("meta-data"), metaData(instance.id(), instance.seed()),
            folder.resolve("user-data"), userData(instance.seed()),
            folder.resolve("network-config"), networkConfig(instance.ports()));
    try {
      List<String> command =
          new ArrayList<>(
              List.of("genisoimage", "-quiet", "-volid", "cidata", "-joliet", "-rock", "-output"));
      command.add(target.toString());
      for (Map.Entry<Path, String> file : files.entrySet()) {
        Files.writeString(file.getKey(), file.getValue());
        command.add(file.getKey().toString());
      }
      Commands.require(command);
    } finally {
      ScratchFolders.remove(folder);
    }
  }

  static String metaData(InstanceId instance, SeedSpec seed) {
    StringBuilder data = new StringBuilder();
    data.append("instance-id: ").append(instance).append('\n');
    data.append("local-hostname: ").append(seed.hostname()).append('\n');
    return data.append(keys("public-keys", seed)).toString();
  }

  static String userData(SeedSpec seed) {
    String given = seed.userData();
    return given != null
        ? given
        : "#cloud-config\nhostname: %s\n%s"
            .formatted(seed.hostname(), keys("ssh_authorized_keys", seed));
  }

  private static String keys(String name, SeedSpec seed) {
    StringBuilder list = new StringBuilder(seed.sshKeys().isEmpty() ? "" : name + ":\n");
    for (String key : seed.sshKeys()) {
      list.append("  - ").append(quoted(key)).append('\n');
    }
    return list.toString();
  }

  /**
   * Network configuration, version 2: every nic, known by its MAC, asks for the address that is
   * reserved for it, since the network also tells its gateway and name server. Of several gateways
   * the first nic's comes first.
   */
  static String networkConfig(List<PortSpec> ports) {
    StringBuilder config = new StringBuilder("version: 2\nethernets:");
    config.append(ports.isEmpty() ? " {}\n" : "\n");
    for (int i = 0; i < ports.size(); i++) {
      config.append(
          """
            nic%d: # %s in network %s
              match:
                macaddress: "%s"
              dhcp4: true
              dhcp4-overrides:
                route-metric: %d
          """
              .formatted(
                  i,
                  ports.get(i).ipv4(),
                  ports.get(i).network().name(),
                  ports.get(i).mac(),
                  METRIC_STEP * (i + 1)));
    }
    return config.toString();
  }

  /** A YAML double-quoted scalar on one line: a key's comment may hold anything. */
  private static String quoted(String key) {
    String line = key.strip().replaceAll("[\\p{Cntrl}]", " ");
    return '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
