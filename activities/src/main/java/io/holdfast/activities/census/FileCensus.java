package io.holdfast.activities.census;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.Pools;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files in pools by their names: volumes and seeds of instances, volumes that live by themselves,
 * copies of images, snapshots, replicas of recovery points.
 */
final class FileCensus {
  private static final String ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

  /** A final name, or a dot and more for one that is half made; see VolumeNames. */
  private static final Pattern VOLUME =
      Pattern.compile(
          "\\.?"
              + ID
              + "-(?:root|disk\\d+|seed)(?:\\.overlay\\d+)?\\.(?:qcow2|iso)(?:\\.\\w+\\.part)?");

  private static final Pattern BLOCK_VOLUME =
      Pattern.compile("\\.?" + ID + "(?:\\.overlay\\d+)?\\.qcow2(?:\\.\\w+\\.part)?");

  /** See ImageFiles. */
  private static final Pattern IMAGE =
      Pattern.compile("\\.?holdfast-image-" + ID + "(?:\\.qcow2|\\..*\\.?part)");

  /** See DomainNames: the log, which names the item, and what it was rotated to. */
  private static final Pattern CONSOLE =
      Pattern.compile("(hf-" + ID + "-console\\.log)(?:\\.\\d+)?");

  /** See SnapshotNames: the snapshot comes first, and all of its files go with it. */
  private static final Pattern SNAPSHOT =
      Pattern.compile("\\.?snapshot-" + ID + "-" + ID + "\\b.*");

  /** See ReplicaNames. */
  private static final Pattern REPLICA =
      Pattern.compile("\\.?replica-(" + ID + "-\\w+-" + ID + ")\\..*");

  /** Names of no two kinds look alike. */
  private static final List<Named> NAMES =
      List.of(
          new Named(CensusKind.VOLUMES, VOLUME, 1, 1),
          new Named(CensusKind.VOLUME, BLOCK_VOLUME, 1, 1),
          new Named(CensusKind.IMAGE, IMAGE, 1, 1),
          new Named(CensusKind.SNAPSHOT, SNAPSHOT, 1, 1),
          new Named(CensusKind.REPLICA, REPLICA, 1, 3));

  List<CensusItem> all(LibvirtConnection libvirt) throws IOException {
    List<CensusItem> items = new ArrayList<>();
    Map<String, Path> pools = libvirt.call("Listing the pools", Pools::folders);
    for (Map.Entry<String, Path> pool : pools.entrySet()) {
      items.addAll(inPool(pool.getKey(), pool.getValue()));
    }
    return items;
  }

  static Collection<CensusItem> inPool(String pool, Path folder) throws IOException {
    Map<String, CensusItem> found = new TreeMap<>();
    for (Path file : PoolFiles.startingWith(folder, "")) {
      String name = String.valueOf(file.getFileName());
      try {
        for (Named named : NAMES) {
          Matcher matcher = named.pattern().matcher(name);
          if (matcher.matches()) {
            add(found, named, matcher, pool, file);
          }
        }
      } catch (NoSuchFileException gone) {
        // between the list and the look
      }
    }
    return found.values();
  }

  /**
   * Without sizes, for guests write all the time. A host that has no such folder has run no guest.
   */
  static List<CensusItem> consoles(Path folder) throws IOException {
    Map<String, CensusItem> found = new TreeMap<>();
    for (Path file :
        Files.isDirectory(folder) ? PoolFiles.startingWith(folder, "hf-") : List.<Path>of()) {
      Matcher console = CONSOLE.matcher(String.valueOf(file.getFileName()));
      if (console.matches()) {
        String name = console.group(1);
        UUID owner = UUID.fromString(console.group(2));
        found.put(name, new CensusItem(CensusKind.CONSOLE, name, "", owner, null, 0, "", null));
      }
    }
    return List.copyOf(found.values());
  }

  /** One item for all files of one name: they come and go together. */
  private static void add(
      Map<String, CensusItem> found, Named named, Matcher matcher, String pool, Path file)
      throws IOException {
    CensusKind kind = named.kind();
    String item = matcher.group(named.item());
    UUID owner = UUID.fromString(matcher.group(named.owner()));
    long bytes = blocks(file);
    UUID job = PoolFiles.readTag(file, "holdfast.job").flatMap(FileCensus::uuid).orElse(null);
    String name = String.valueOf(file.getFileName());
    found.merge(
        kind + item,
        new CensusItem(kind, item, pool, owner, job, bytes, name, null),
        (a, b) ->
            new CensusItem(
                kind,
                item,
                pool,
                owner,
                a.job() == null ? b.job() : a.job(),
                a.bytes() + b.bytes(),
                sorted(a.detail(), b.detail()),
                null));
  }

  private static String sorted(String some, String more) {
    return String.join(
        " ",
        java.util.stream.Stream.concat(
                java.util.Arrays.stream(some.split(" ", -1)), java.util.stream.Stream.of(more))
            .sorted()
            .toList());
  }

  /** In whole MiB, so that a guest that writes does not make every census another one. */
  private static long blocks(Path file) throws IOException {
    return Files.size(file) >> 20 << 20;
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  /** {@code item}, {@code owner}: groups of the pattern. */
  private record Named(CensusKind kind, Pattern pattern, int item, int owner) {}
}
