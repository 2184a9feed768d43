package io.holdfast.activities.lab;

import io.holdfast.activities.qemu.Commands;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.SnapshotSpec;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 of the disks inside the files of instances and snapshots, by the disks' names. */
final class DiskHashes {
  static final Path POOLS = Path.of("/var/lib/holdfast/pools");

  private DiskHashes() {}

  static Map<String, String> of(SnapshotSpec snapshot) throws Exception {
    return hashes(Map.of("root", file(snapshot, "root"), "disk1", file(snapshot, "disk1")));
  }

  static Path file(SnapshotSpec snapshot, String disk) {
    return POOLS
        .resolve(snapshot.pool())
        .resolve("snapshot-%s-%s-%s.qcow2".formatted(snapshot.id(), snapshot.instance(), disk));
  }

  static Map<String, String> ofDisks(InstanceSpec instance) throws Exception {
    return ofDisks(instance.pool(), instance.id());
  }

  static Map<String, String> ofDisks(String pool, InstanceId instance) throws Exception {
    Path folder = POOLS.resolve(pool);
    return hashes(
        Map.of(
            "root", folder.resolve(instance + "-root.qcow2"),
            "disk1", folder.resolve(instance + "-disk1.qcow2")));
  }

  /** Of the disks inside. */
  private static Map<String, String> hashes(Map<String, Path> files) throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    for (Map.Entry<String, Path> each : files.entrySet()) {
      Path raw = Files.createTempFile("snapshot", ".raw");
      try {
        Commands.require(
            List.of(
                "qemu-img",
                "convert",
                "-f",
                "qcow2",
                "-O",
                "raw",
                each.getValue().toString(),
                raw.toString()));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(raw), sha256)) {
          in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        hashes.put(each.getKey(), HexFormat.of().formatHex(sha256.digest()));
      } finally {
        Files.delete(raw);
      }
    }
    return hashes;
  }
}
