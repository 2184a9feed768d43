package io.holdfast.activities.pool;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Pools whose folder lies beside those of other hosts, on storage that all of them mount. Each host
 * has a folder of its own there and changes names in no other one, so that whatever removes files
 * removes this host's alone. Two files tell what is what, and settings are never believed: the id
 * of the storage beside the folders, and in each folder the host whose it is.
 */
public final class SharedPools {
  private static final String STORAGE = ".holdfast-storage";
  private static final String HOST = ".holdfast-host";

  private final Pools pools;
  private final Set<String> names;
  private final String host;

  /**
   * Wires it.
   *
   * @param names of the pools that are said to be shared
   * @param host this one's name
   */
  public SharedPools(Pools pools, Set<String> names, String host) {
    this.pools = pools;
    this.names = Set.copyOf(names);
    this.host = host;
  }

  /**
   * Looks at a pool that may be shared, and writes both files where nobody has yet. Fails with
   * HOST_UNSUITABLE when its folder is another host's, or cannot be shared.
   */
  public synchronized Optional<SharedFolder> discover(String pool, Path folder) {
    if (!names.contains(pool)) {
      return Optional.empty();
    }
    try {
      Path root = root(folder);
      if (!Files.getAttribute(root, "unix:dev").equals(Files.getAttribute(folder, "unix:dev"))) {
        throw unsuitable(
            pool, "its folder %s is mounted by itself; mount %s".formatted(folder, root));
      }
      String owner = DecidedFile.decide(folder.resolve(HOST), host);
      if (!owner.equals(host)) {
        throw unsuitable(pool, "its folder %s is that of host %s".formatted(folder, owner));
      }
      String storage = DecidedFile.decide(root.resolve(STORAGE), UUID.randomUUID().toString());
      return Optional.of(new SharedFolder(storage, String.valueOf(folder.getFileName())));
    } catch (IOException failed) {
      throw unsuitable(pool, folder + ": " + failed);
    }
  }

  /** As it is at this moment; empty when this host shares no such folder. */
  public Optional<SharedFolder> at(Path folder) throws IOException {
    return DecidedFile.said(folder.resolve(HOST)).filter(host::equals).isPresent()
        ? DecidedFile.said(root(folder).resolve(STORAGE))
            .map(storage -> new SharedFolder(storage, String.valueOf(folder.getFileName())))
        : Optional.empty();
  }

  /**
   * The folder of another host on the storage of a pool of this one. Fails with MIGRATION_REFUSED
   * when this host does not see it.
   */
  public Path folderOf(SharedFolder other, String pool) throws IOException {
    Path folder = pools.folder(pool);
    SharedFolder here =
        at(folder)
            .orElseThrow(() -> refused("pool: %s is not shared by host %s".formatted(pool, host)));
    if (!here.storage().equals(other.storage())) {
      throw refused(
          "pool: %s lies on storage %s here, the disks lie on %s"
              .formatted(pool, here.storage(), other.storage()));
    }
    Path there = root(folder).resolve(other.folder());
    if (here.folder().equals(other.folder()) || !Files.isDirectory(there)) {
      throw refused("pool: %s is not the folder of another host than %s".formatted(there, host));
    }
    return there;
  }

  private static Path root(Path folder) throws IOException {
    Path root = folder.getParent();
    if (root == null) {
      throw new IOException(folder + " has no folder above it");
    }
    return root;
  }

  private static RuntimeException refused(String cause) {
    return Failures.of(
        FailureType.MIGRATION_REFUSED, "The disks are not shared", java.util.List.of(cause));
  }

  private static RuntimeException unsuitable(String pool, String why) {
    return Failures.of(
        FailureType.HOST_UNSUITABLE, "Pool %s cannot be shared: %s".formatted(pool, why));
  }
}
