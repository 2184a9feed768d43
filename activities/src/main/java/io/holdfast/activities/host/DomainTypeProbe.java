package io.holdfast.activities.host;

import io.holdfast.activities.domain.DomainNames;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.worker.Beat;
import io.holdfast.config.LibvirtSettings.DomainType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what runs guests here. /dev/kvm may be there, and a guest start, without ever executing
 * an instruction: so a guest of one sector must say so on its serial port. Asked once a process.
 */
public final class DomainTypeProbe implements Supplier<String> {
  private static final Logger LOG = LoggerFactory.getLogger(DomainTypeProbe.class);
  private static final int DESTROYED_WITH_CONNECTION = 2;

  /** A probe that was given up stops within this. */
  private static final long CHECK_MILLIS = 500;

  /** Emulation says the marker after 0.3 s on an idle core. */
  private static final int KVM_SECONDS = 3;

  private static final int EMULATION_SECONDS = 20;

  private final LibvirtConnection libvirt;
  private final DomainType wanted;
  private final Path folder;
  private final ProbeMemory memory;
  private @Nullable String found;

  /** {@code folder}: where QEMU may read and write, and no pool lists it. */
  DomainTypeProbe(LibvirtConnection libvirt, DomainType wanted, Path folder, ProbeMemory memory) {
    this.libvirt = libvirt;
    this.wanted = wanted;
    this.folder = folder;
    this.memory = memory;
  }

  /** A probe in libvirt's own folder, remembered until the host reboots. */
  public static DomainTypeProbe of(LibvirtConnection libvirt, DomainType wanted) {
    return new DomainTypeProbe(
        libvirt,
        wanted,
        DomainNames.CONSOLES,
        new ProbeMemory(Path.of("/run/holdfast/domain-type")));
  }

  /** "kvm", "qemu" or "test". Fails with HOST_UNSUITABLE when a guest runs with neither. */
  @Override
  public synchronized String get() {
    String known = found;
    if (known != null) {
      return known;
    }
    String type =
        switch (wanted) {
          case KVM -> "kvm";
          case QEMU -> "qemu";
          case TEST -> "test";
          case AUTO -> remembered();
        };
    found = type;
    return type;
  }

  private String remembered() {
    String version =
        libvirt.call(
            "Reading QEMU's version", session -> Long.toString(session.connect().getVersion()));
    return memory
        .recall(version)
        .orElseGet(
            () -> {
              String type = tried();
              memory.keep(type, version);
              return type;
            });
  }

  private String tried() {
    List<String> refusals = new ArrayList<>();
    for (String type : List.of("kvm", "qemu")) {
      if (runs(type, type.equals("kvm") ? KVM_SECONDS : EMULATION_SECONDS, refusals)) {
        LOG.info("Guests run as domain type {} {}", type, refusals);
        return type;
      }
    }
    throw Failures.of(FailureType.HOST_UNSUITABLE, "No guest runs on this host", refusals);
  }

  private boolean runs(String type, int seconds, List<String> refusals) {
    UUID id = UUID.randomUUID();
    Path disk = folder.resolve("holdfast-probe-" + id + ".img");
    Path serial = folder.resolve("holdfast-probe-" + id + ".log");
    try (FolderChanges changes = FolderChanges.of(Files.createDirectories(folder))) {
      Files.write(disk, ProbeGuest.sector());
      String refusal =
          libvirt.attempt(
              session -> {
                Domain domain =
                    session
                        .connect()
                        .domainCreateXML(
                            ProbeGuest.xml(type, id, disk, serial), DESTROYED_WITH_CONNECTION);
                try {
                  return said(serial, changes, seconds) ? "" : "started, but executed nothing";
                } finally {
                  destroy(domain);
                }
              });
      if (!refusal.isEmpty()) {
        refusals.add(type + ": " + refusal);
      }
      return refusal.isEmpty();
    } catch (LibvirtFault refused) {
      if (refused.isUnavailable()) {
        throw refused.toFailure("Probing the host");
      }
      refusals.add(type + ": " + refused.getMessage());
      return false;
    } catch (IOException storage) {
      throw Failures.of(FailureType.STORAGE_FAILED, "No probe guest in " + folder, storage);
    } finally {
      PoolFiles.deleteQuietly(disk);
      PoolFiles.deleteQuietly(serial);
      PoolFiles.deleteQuietly(folder.resolve(ProbeGuest.name(id) + ".log")); // libvirt's own
    }
  }

  private static boolean said(Path serial, FolderChanges changes, int seconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (!Files.exists(serial) || !Files.readString(serial).contains(ProbeGuest.MARKER)) {
        Beat.current().check();
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        changes.await(Math.min(left, CHECK_MILLIS));
      }
      return true;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static void destroy(Domain domain) {
    try {
      domain.destroy();
      domain.free();
    } catch (LibvirtException gone) {
      LOG.debug("The probe guest was gone: {}", gone.getMessage());
    }
  }
}
