package io.holdfast.activities.census;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolRooms;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.activity.CensusActivities;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PoolRoom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Gathers what each noun of this host finds of its own. */
public final class LibvirtCensusActivities implements CensusActivities {
  private final LibvirtConnection libvirt;
  private final DomainCensus domains;
  private final FileCensus files;
  private final NetworkCensus networks;
  private final PoolRooms rooms;
  private final Path consoles;

  /** {@code consoles}: where guests' consoles are written to. */
  public LibvirtCensusActivities(LibvirtConnection libvirt, PoolRooms rooms, Path consoles) {
    this.libvirt = libvirt;
    this.rooms = rooms;
    this.consoles = consoles;
    this.domains = new DomainCensus(libvirt);
    this.files = new FileCensus();
    this.networks = new NetworkCensus(libvirt);
  }

  @Override
  public HostCensus takeCensus(String known) {
    try {
      List<CensusItem> items = new ArrayList<>(domains.all());
      Beat.current().check();
      items.addAll(files.all(libvirt));
      items.addAll(FileCensus.consoles(consoles));
      Beat.current().check();
      items.addAll(networks.all());
      items.sort(
          Comparator.comparing(CensusItem::kind)
              .thenComparing(CensusItem::place)
              .thenComparing(CensusItem::name));
      String digest = digest(items);
      return new HostCensus(digest, digest.equals(known) ? List.of() : items, rooms());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private List<PoolRoom> rooms() {
    return libvirt.call("Listing the pools", Pools::folders).entrySet().stream()
        .map(pool -> rooms.read(pool.getKey(), pool.getValue()))
        .toList();
  }

  @Override
  public DomainDescription describeDomain(InstanceId instance) {
    return domains.describe(instance, networks);
  }

  private static String digest(List<CensusItem> items) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(items.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
