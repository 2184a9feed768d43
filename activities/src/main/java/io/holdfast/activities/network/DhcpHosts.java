package io.holdfast.activities.network;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.workflows.model.NetworkId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The DHCP reservations of networks: a folder a network (dnsmasq's dhcp-hostsdir, which it watches)
 * with a file a MAC. They are also the record of who uses a network.
 *
 * <p>libvirt's own way, virNetworkUpdate, takes a network's firewall rules away and puts them back
 * for every change: 0.4 s in which no guest of that network gets a packet through.
 */
public final class DhcpHosts {
  /** dnsmasq gives up root: it must be able to read what is here. */
  private static final String READABLE = "rwxr-xr-x";

  /** Where libvirt's own dnsmasq files lie: readable for dnsmasq under every security module. */
  private static final Path DNSMASQ = Path.of("/var/lib/libvirt/dnsmasq");

  private final Path parent;

  DhcpHosts(Path parent) {
    this.parent = parent;
  }

  /** Those that the host's own DHCP servers read. */
  public static DhcpHosts ofThisHost() {
    return new DhcpHosts(DNSMASQ);
  }

  /** The network's folder, made if it is absent. */
  Path folder(NetworkId network) throws IOException {
    Path folder = path(network);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(READABLE));
      PoolFiles.syncFolder(folder);
    }
    return folder;
  }

  Path path(NetworkId network) {
    return parent.resolve(NetworkXml.bridge(network) + ".hosts");
  }

  /** All reservations of the network. */
  public List<Reservation> all(NetworkId network) throws IOException {
    List<Reservation> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path(network), "[!.]*")) {
      for (Path file : files) {
        read(file).ifPresent(found::add);
      }
    } catch (NoSuchFileException none) {
      return found;
    }
    return found;
  }

  /** Makes a reservation; dnsmasq sees it at once. */
  void add(NetworkId network, Reservation reservation) throws IOException {
    Path folder = folder(network);
    Path part = folder.resolve(PoolFiles.temporaryName(fileName(reservation.mac())));
    Files.writeString(part, reservation.mac() + "," + reservation.ipv4() + "\n");
    PoolFiles.publish(part, folder.resolve(fileName(reservation.mac())));
  }

  /** Takes a reservation back; dnsmasq must be told (see {@link DhcpServer#reload}). */
  void remove(NetworkId network, Reservation reservation) throws IOException {
    Path file = path(network).resolve(fileName(reservation.mac()));
    Files.deleteIfExists(file);
    PoolFiles.syncFolder(file);
  }

  /** Removes the network's folder with all that is in it. */
  void clear(NetworkId network) throws IOException {
    Path folder = path(network);
    if (!Files.isDirectory(folder)) {
      return;
    }
    for (Path file : PoolFiles.startingWith(folder, "")) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }

  private static Optional<Reservation> read(Path file) throws IOException {
    try {
      String[] words = Files.readString(file).strip().split(",", -1);
      return words.length == 2
          ? Optional.of(new Reservation(words[0], words[1]))
          : Optional.empty();
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  private static String fileName(String mac) {
    return mac.replace(':', '-');
  }

  /** A MAC and the address that is kept for it. */
  public record Reservation(String mac, String ipv4) {
    public Reservation {
      mac = mac.toLowerCase(Locale.ROOT);
    }
  }
}
