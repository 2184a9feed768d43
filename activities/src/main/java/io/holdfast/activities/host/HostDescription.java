package io.holdfast.activities.host;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.pool.PoolRooms;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.pool.StorageBackend;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.PoolFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.libvirt.LibvirtException;
import org.libvirt.NodeInfo;
import org.libvirt.StoragePool;
import org.libvirt.StoragePoolInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;

/** Reads what a host is made of. */
public final class HostDescription {
  private static final Logger LOG = LoggerFactory.getLogger(HostDescription.class);

  /** Pools that are folders; on others Holdfast keeps nothing. */
  private static final Set<String> FOLDERS = Set.of("dir", "fs", "netfs");

  private final LibvirtConnection libvirt;
  private final Supplier<String> domainType;
  private final StorageBackends backends;
  private final SharedPools shared;
  private final PoolRooms rooms;

  public HostDescription(
      LibvirtConnection libvirt,
      Supplier<String> domainType,
      StorageBackends backends,
      SharedPools shared,
      PoolRooms rooms) {
    this.libvirt = libvirt;
    this.domainType = domainType;
    this.backends = backends;
    this.shared = shared;
    this.rooms = rooms;
  }

  HostFacts read() {
    String type = domainType.get();
    return libvirt.call("Describing the host", session -> read(session, type));
  }

  private HostFacts read(LibvirtSession session, String type)
      throws LibvirtException, LibvirtFault {
    NodeInfo node = session.connect().nodeInfo();
    Document capabilities = Xml.parse(session.connect().getCapabilities());
    return new HostFacts(
        Xml.text(capabilities, "uuid"),
        session.connect().getHostName(),
        node.cpus,
        memoryKiB(node) / 1024,
        cpuModel(capabilities, node),
        version(session.connect().getLibVersion()),
        version(session.connect().getVersion()),
        type,
        pools(session));
  }

  private List<PoolFacts> pools(LibvirtSession session) throws LibvirtException, LibvirtFault {
    startLate(session);
    List<PoolFacts> pools = new ArrayList<>();
    for (String name : session.connect().listStoragePools()) {
      session
          .pool(name, pool -> describe(name, pool))
          .filter(facts -> !facts.path().isEmpty())
          .ifPresent(pools::add);
    }
    pools.sort(java.util.Comparator.comparing(PoolFacts::name));
    return pools;
  }

  /** Pools that were to start with the host: a mount that came late left them inactive. */
  private static void startLate(LibvirtSession session) throws LibvirtException {
    for (String name : session.connect().listDefinedStoragePools()) {
      try {
        session.pool(name, HostDescription::start);
      } catch (LibvirtException | LibvirtFault refused) {
        LOG.warn("Pool {} cannot be started: {}", name, refused.getMessage());
      }
    }
  }

  /** Not one that somebody keeps off. */
  private static boolean start(StoragePool pool) throws LibvirtException {
    boolean wanted = pool.getAutostart() && isFolder(Xml.parse(pool.getXMLDesc(0)));
    if (wanted) {
      pool.create(0);
    }
    return wanted;
  }

  private static boolean isFolder(Document pool) {
    return FOLDERS.contains(pool.getDocumentElement().getAttribute("type"));
  }

  private PoolFacts describe(String name, StoragePool pool) throws LibvirtException {
    Document xml = Xml.parse(pool.getXMLDesc(0));
    boolean folder = isFolder(xml);
    String path = folder ? Xml.text(xml, "path") : "";
    StoragePoolInfo info = pool.getInfo();
    if (!folder || !Files.isDirectory(Path.of(path))) {
      return new PoolFacts(name, "", info.capacity, info.available, false, null, null, false);
    }
    if (rooms.isAway(name, Path.of(path))) {
      LOG.warn("Pool {} is not mounted: {} is not its storage", name, path);
      return new PoolFacts(name, path, 0, 0, false, null, null, true);
    }
    return new PoolFacts(
        name,
        path,
        info.capacity,
        info.available,
        clones(name, Path.of(path)),
        shared.discover(name, Path.of(path)).orElse(null),
        rooms.fileSystem(name, Path.of(path)),
        false);
  }

  /** One that cannot be tried now is taken for one that cannot: such a pool needs more room. */
  private boolean clones(String name, Path folder) {
    try {
      return backends.of(folder).capabilities().contains(StorageBackend.Capability.CLONE);
    } catch (IOException failed) {
      LOG.warn("Pool {} cannot be tried for what it can do: {}", name, failed.getMessage());
      return false;
    }
  }

  /** What the kernel says: libvirt's node information misses memory that was plugged in later. */
  private static long memoryKiB(NodeInfo node) {
    return line("/proc/meminfo", "MemTotal")
        .map(text -> Long.parseLong(text.replaceAll("\\D", "")))
        .orElse(node.memory);
  }

  /** The name that people know; libvirt's own is missing or general on many machines. */
  private static String cpuModel(Document capabilities, NodeInfo node) {
    String model = Xml.text(capabilities, "model");
    return line("/proc/cpuinfo", "model name")
        .orElse(model.isEmpty() ? String.valueOf(node.model) : model);
  }

  /** What stands behind the colon in the first line that begins so. */
  private static Optional<String> line(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException | UncheckedIOException unreadable) {
      return Optional.empty();
    }
  }

  /** libvirt packs a version as major * 1,000,000 + minor * 1,000 + release. */
  private static String version(long packed) {
    return packed / 1_000_000 + "." + packed / 1_000 % 1_000 + "." + packed % 1_000;
  }
}
