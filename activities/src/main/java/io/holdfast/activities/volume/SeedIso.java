package io.holdfast.activities.volume;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.SeedSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The NoCloud seed: an ISO 9660 volume labelled "cidata" with meta-data and user-data.
 *
 * @see <a href="https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html">the
 *     format</a>
 */
final class SeedIso {
  private SeedIso() {}

  static void write(InstanceId instance, SeedSpec seed, Path target) throws IOException {
    Path folder = Files.createTempDirectory("holdfast-seed-"); // readable by this user alone
    Path metaData = folder.resolve("meta-data");
    Path userData = folder.resolve("user-data");
    try {
      Files.writeString(metaData, metaData(instance, seed));
      Files.writeString(userData, userData(seed));
      Commands.require(
          List.of(
              "genisoimage",
              "-quiet",
              "-volid",
              "cidata",
              "-joliet",
              "-rock",
              "-output",
              target.toString(),
              metaData.toString(),
              userData.toString()));
    } finally {
      PoolFiles.deleteQuietly(metaData);
      PoolFiles.deleteQuietly(userData);
      PoolFiles.deleteQuietly(folder);
    }
  }

  static String metaData(InstanceId instance, SeedSpec seed) {
    return "instance-id: " + instance + "\nlocal-hostname: " + seed.hostname() + "\n";
  }

  static String userData(SeedSpec seed) {
    String given = seed.userData();
    if (given != null) {
      return given;
    }
    StringBuilder config = new StringBuilder("#cloud-config\n");
    config.append("hostname: ").append(seed.hostname()).append('\n');
    if (!seed.sshKeys().isEmpty()) {
      config.append("ssh_authorized_keys:\n");
      for (String key : seed.sshKeys()) {
        config.append("  - ").append(quoted(key)).append('\n');
      }
    }
    return config.toString();
  }

  /** A YAML double-quoted scalar on one line: a key's comment may hold anything. */
  private static String quoted(String key) {
    String line = key.strip().replaceAll("[\\p{Cntrl}]", " ");
    return '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
