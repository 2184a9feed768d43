package io.holdfast.activities.snapshot;

import io.holdfast.activities.domain.HostFit;
import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.migration.overlay.Merges;
import io.holdfast.activities.migration.overlay.OverlayFiles;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.MemoryActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import io.holdfast.workflows.model.WokenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Snapshots with memory (ADR 52): libvirt saves the memory and puts overlays over the disks in one
 * moment; what lies below is copied, and the overlays are merged again.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class HostMemories implements MemoryActivities {
  private static final int XML_INACTIVE = 2;
  private static final int OVERLAY = 1;

  private final OurDomains domains;
  private final Pools pools;
  private final PoolRefresher refresher;
  private final StorageBackends backends;
  private final KeyedLocks locks;
  private final Stills stills;
  private final Merges merges;
  private final MemorySaving saving;
  private final Waking waking;

  /**
   * Wires it.
   *
   * @param uri of the host's libvirt
   * @param locks one lock an instance, shared with its domain's activities
   * @param ownership asked before a guest goes on
   * @param restores of this host
   */
  public HostMemories(
      String uri,
      LibvirtConnection libvirt,
      HostEvents events,
      Pools pools,
      PoolRefresher refresher,
      StorageBackends backends,
      KeyedLocks locks,
      Stills stills,
      OwnershipBook ownership,
      Restores restores) {
    this.domains = new OurDomains(libvirt);
    this.pools = pools;
    this.refresher = refresher;
    this.backends = backends;
    this.locks = locks;
    this.stills = stills;
    merges = new Merges(domains, events);
    saving = new MemorySaving(uri, events, domains);
    waking = new Waking(uri, libvirt, events, ownership, restores);
  }

  @Override
  public TakenSnapshot takeMemory(SnapshotSpec snapshot) {
    SnapshotFiles files = files(snapshot);
    try (KeyedLocks.Held held = locks.lock(snapshot.instance())) {
      saving.end(snapshot.instance());
      stills.wake(snapshot.instance());
      Optional<TakenSnapshot> earlier = files.read(snapshot);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      requireNoRound(snapshot);
      clear(files, snapshot); // half made: nobody knows of which moment its parts are
      TakenSnapshot taken = take(files, snapshot);
      files.write(snapshot, taken);
      refresher.soon(snapshot.pool());
      return taken;
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** Fails with DISKS_BUSY: nobody waits here for what cannot end without a slot of this queue. */
  private void requireNoRound(SnapshotSpec snapshot) {
    boolean unused =
        domains.require(
            "Looking for a round",
            snapshot.instance(),
            (session, domain) -> {
              DomainJob.requireNoRound(domain, snapshot.instance());
              return true;
            });
  }

  @Override
  public void abandonMemory(SnapshotSpec snapshot) {
    try (KeyedLocks.Held held = locks.lock(snapshot.instance())) {
      if (clear(files(snapshot), snapshot)) {
        refresher.now(snapshot.pool());
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void checkMemory(SnapshotSpec snapshot) {
    try {
      Path memory = files(snapshot).requireMemory(snapshot);
      List<String> causes =
          domains.require(
              "Comparing the instance with the snapshot's",
              snapshot.instance(),
              (session, domain) -> {
                String saved = session.memoryImages().describe(memory);
                List<String> all = new ArrayList<>(new HostFit(saved).causes(session));
                all.addAll(MemoryXml.differences(saved, domain.getXMLDesc(XML_INACTIVE)));
                return all;
              });
      if (!causes.isEmpty()) {
        throw Failures.of(
            FailureType.MEMORY_UNFIT,
            "The guest cannot go on from this memory; \"memory\": false restores the disks alone",
            causes);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public WokenGuest wakeGuest(SnapshotSpec snapshot) {
    try (KeyedLocks.Held held = locks.lock(snapshot.instance())) {
      return waking.wake(files(snapshot), snapshot);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private TakenSnapshot take(SnapshotFiles files, SnapshotSpec snapshot) throws IOException {
    MemoryGuest guest =
        domains.require(
            "Reading the domain",
            snapshot.instance(),
            (session, domain) ->
                new MemoryGuest(
                    snapshot.instance(),
                    domain.getXMLDesc(0),
                    session.state(snapshot.instance().value())));
    guest.requireTakeable();
    try {
      return take(files, snapshot, guest);
    } catch (IOException | RuntimeException failed) {
      try {
        clear(files, snapshot);
      } catch (IOException | RuntimeException later) { // the undo, or the next attempt, will
        failed.addSuppressed(later);
      }
      throw failed;
    }
  }

  private TakenSnapshot take(SnapshotFiles files, SnapshotSpec snapshot, MemoryGuest guest)
      throws IOException {
    Map<String, Path> overlays = new HashMap<>();
    for (SourceDisk disk : guest.disks()) {
      overlays.put(disk.device(), OverlayFiles.overlay(disk, snapshot.instance(), OVERLAY));
    }
    Path memory = SnapshotNames.memory(files.folder(), snapshot.id(), snapshot.instance());
    Path part = SnapshotFiles.part(memory);
    long at = System.currentTimeMillis();
    long[] window = new long[1];
    stills.guarded(
        snapshot.instance(),
        () -> window[0] = saving.save(snapshot.instance(), guest.xml(), overlays, part));
    List<SnapshotDisk> disks = new ArrayList<>();
    for (SourceDisk disk : guest.disks()) {
      Path name =
          SnapshotNames.disk(files.folder(), snapshot.id(), snapshot.instance(), disk.name());
      Path copy = SnapshotFiles.part(name);
      files.copy(disk.path(), copy);
      disks.add(files.keep(snapshot, disk.name(), copy));
    }
    merges.merge(snapshot.instance());
    PoolFiles.tag(part, snapshot.job());
    PoolFiles.publish(part, memory);
    return new TakenSnapshot(disks, at, window[0], Files.size(memory));
  }

  /** False when there was no file of it. */
  private boolean clear(SnapshotFiles files, SnapshotSpec snapshot) throws IOException {
    saving.end(snapshot.instance());
    stills.wake(snapshot.instance());
    merges.merge(snapshot.instance());
    return files.delete(snapshot.id());
  }

  private SnapshotFiles files(SnapshotSpec snapshot) {
    return new SnapshotFiles(pools.folder(snapshot.pool()), backends);
  }
}
