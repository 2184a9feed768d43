package io.holdfast.activities.pool;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.libvirt.LibvirtException;
import org.libvirt.StoragePool;
import org.libvirt.StoragePoolInfo.StoragePoolState;

/** The folders of libvirt's storage pools. libvirt is asked once a pool, not once a volume. */
public final class Pools {
  private final LibvirtConnection libvirt;
  private final Guard guard;
  private final ConcurrentHashMap<String, Path> folders = new ConcurrentHashMap<>();

  /** {@code guard}: asked before a folder is used, each time. */
  public Pools(LibvirtConnection libvirt, Guard guard) {
    this.libvirt = libvirt;
    this.guard = guard;
  }

  /**
   * The pool's folder. Fails with NOT_FOUND, STORAGE_FAILED (not a folder, not there, not the
   * storage that it was).
   */
  public Path folder(String pool) {
    Path folder = find(pool);
    guard.require(pool, folder);
    return folder;
  }

  private Path find(String pool) {
    Path known = folders.get(pool);
    if (known != null && Files.isDirectory(known)) {
      return known;
    }
    Path found =
        libvirt
            .call(
                "Looking up storage pool " + pool,
                session -> session.pool(pool, Pools::activeFolder))
            .orElseThrow(
                () ->
                    Failures.of(
                        FailureType.NOT_FOUND, "This host has no storage pool \"" + pool + "\""));
    if (!Files.isDirectory(found)) {
      throw Failures.of(
          FailureType.STORAGE_FAILED, "Storage pool " + pool + " is no folder: " + found);
    }
    folders.put(pool, found);
    return found;
  }

  /** The folders of all pools that are folders, by name. */
  public static Map<String, Path> folders(LibvirtSession session)
      throws LibvirtException, LibvirtFault {
    Map<String, Path> folders = new TreeMap<>();
    for (String name : session.connect().listStoragePools()) {
      session
          .pool(name, pool -> pool.getXMLDesc(0))
          .filter(xml -> !Xml.text(Xml.parse(xml), "path").isEmpty())
          .map(Pools::target)
          .filter(Files::isDirectory)
          .ifPresent(folder -> folders.put(name, folder));
    }
    return folders;
  }

  /** The folder of a pool, which is made active first: a mount that came late left it inactive. */
  private static Path activeFolder(StoragePool pool) throws LibvirtException, LibvirtFault {
    activate(pool);
    return target(pool.getXMLDesc(0));
  }

  static void activate(StoragePool pool) throws LibvirtException {
    if (pool.getInfo().state == StoragePoolState.VIR_STORAGE_POOL_INACTIVE) {
      pool.create(0);
    }
  }

  /** The target folder in libvirt's description of a pool. */
  public static Path target(String poolXml) {
    return Path.of(Xml.text(Xml.parse(poolXml), "path"));
  }

  /** Knows whether a folder is the pool's. */
  @FunctionalInterface
  public interface Guard {
    /** Fails with STORAGE_FAILED. */
    void require(String pool, Path folder);
  }
}
