import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A host at the recovery site whose libvirt is the test driver: its domains are only said to run, all
 * else is real. Its replicas are real ones, reflinked from one that a round has made, in a file
 * system of its own. It sees folders of its own where the lab's hosts have theirs.
 */
final class RecoveryHost implements AutoCloseable {
  private static final String AROUND =
      """
      set -e
      cd %1$s
      mount -t tmpfs none /var/lib/libvirt
      mkdir /var/lib/libvirt/dnsmasq
      mount -t tmpfs none /var/log/libvirt
      mkdir /var/log/libvirt/qemu
      truncate -s 8G disk.img
      mkfs.xfs -q -m reflink=1 disk.img
      mount -o loop disk.img pool
      cp replica.qcow2 replica.leaves pool
      while read -r name; do
        cp --reflink=always pool/replica.qcow2 pool/replica-$name.qcow2
        cp --reflink=always pool/replica.leaves pool/replica-$name.leaves
      done <replicas
      rm pool/replica.qcow2 pool/replica.leaves
      cd "$OLDPWD"
      exec "$@"
      """;

  private final TestWorker worker;

  /**
   * Starts its worker, once its replicas are there.
   *
   * @param replica the replica's file, with its leaves beside it
   * @param replicas the names that it gets here
   */
  RecoveryHost(String name, Path replica, List<String> replicas, List<String> java)
      throws IOException {
    Path folder = Files.createTempDirectory("holdfast-bench-");
    Files.createDirectories(folder.resolve("pool"));
    Files.write(folder.resolve("replicas"), replicas);
    Files.copy(replica, folder.resolve("replica.qcow2"));
    String leaves = replica.getFileName().toString().replace(".qcow2", ".leaves");
    Files.copy(replica.resolveSibling(leaves), folder.resolve("replica.leaves"));
    Files.writeString(
        folder.resolve("node.xml"),
        """
        <node>
          <uuid>%s</uuid>
          <cpu>
            <mhz>2000</mhz><active>64</active><nodes>1</nodes>
            <sockets>1</sockets><cores>64</cores><threads>1</threads><model>i686</model>
          </cpu>
          <memory>134217728</memory>
          <pool type='dir'><name>fast</name><target><path>%s</path></target></pool>
        </node>
        """
            .formatted(UUID.randomUUID(), folder.resolve("pool")));
    List<String> around =
        List.of(
            "unshare", "--mount", "--propagation", "private", "bash", "-c",
            AROUND.formatted(folder), "bash");
    worker = new TestWorker(name, folder, around, java);
  }

  @Override
  public void close() throws IOException {
    worker.close();
  }
}
