package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.volume.DiskOverlays;
import io.holdfast.activities.volume.VolumeHolders;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.w3c.dom.Document;

/**
 * Volumes' disks in a domain's two descriptions: what its next start finds (config) and, while it
 * runs, what its guest has now (live). Each call brings both to what is wanted and reads them back.
 * A domain without our tag is not there. Whoever attaches and detaches holds the instance's lock.
 */
public final class VolumeDisks implements VolumeHolders {
  private static final int LIVE = 1;
  private static final int CONFIG = 2;
  private static final int XML_INACTIVE = 2;
  private static final int SIZE_IN_BYTES = 1;
  private static final long LOOK_MILLIS = 500;

  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private final Consumer<InstanceId> views;

  /** {@code views}: ends what a round reads of the files of an instance that is off. */
  public VolumeDisks(LibvirtConnection libvirt, HostEvents events, Consumer<InstanceId> views) {
    this.libvirt = libvirt;
    this.events = events;
    this.views = views;
  }

  /** Fails with NOT_FOUND, LIBVIRT_REFUSED. */
  void attach(InstanceId instance, VolumeId volume, Path file) {
    boolean there =
        libvirt
            .call(
                "Attaching the volume",
                session ->
                    session.domain(
                        instance.value(),
                        domain -> Ownership.isOurs(domain) && attach(domain, volume, file)))
            .orElse(false);
    if (!there) {
      throw Failures.of(FailureType.NOT_FOUND, "This host has no domain for " + instance);
    }
    if (where(instance, volume) != Where.EVERYWHERE) {
      throw Failures.of(
          FailureType.LIBVIRT_REFUSED, "libvirt took the disk but the domain does not have it");
    }
  }

  /**
   * First out of the guest's hands, then out of the next start's description: a guest that keeps
   * the disk keeps it in both. What a round reads of a guest that is off ends. Fails with
   * GUEST_KEEPS_VOLUME, DISKS_BUSY, LIBVIRT_REFUSED.
   */
  void detach(InstanceId instance, VolumeId volume, int waitSeconds) {
    requireNoOverlay(instance, volume); // what the guest wrote into it would stay behind
    views.accept(instance); // who has the volume next may write to it
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
    boolean ask = true;
    long seen = events.count();
    while (guestHas(instance, volume, ask)) {
      if (System.nanoTime() >= deadline) {
        throw Failures.of(
            FailureType.GUEST_KEEPS_VOLUME,
            "The guest did not let go of the disk within " + waitSeconds + " s");
      }
      Beat.current().check();
      events.await(seen, LOOK_MILLIS);
      ask = false;
      seen = events.count();
    }
    libvirt.call(
        "Detaching the volume",
        session -> session.domain(instance.value(), domain -> forget(domain, volume)));
    if (where(instance, volume) != Where.NOWHERE) {
      throw Failures.of(FailureType.LIBVIRT_REFUSED, "The domain still has the disk");
    }
  }

  @Override
  public void requireNoOverlay(InstanceId instance, VolumeId volume) {
    boolean overlaid =
        libvirt
            .call(
                "Reading the domain's disks",
                session ->
                    session.domain(
                        instance.value(),
                        domain -> Ownership.isOurs(domain) && isOverlaid(domain, volume)))
            .orElse(false);
    if (overlaid) {
      throw Failures.of(
          FailureType.DISKS_BUSY, "volume %s lies under overlays of a move".formatted(volume));
    }
  }

  /** What is below an overlay is not what the guest has, also when libvirt has forgotten it. */
  private static boolean isOverlaid(Domain domain, VolumeId volume) throws LibvirtException {
    try {
      for (Document known : List.of(description(domain, XML_INACTIVE), live(domain))) {
        Optional<Path> file = VolumeDiskXml.fileOf(known, volume);
        if (file.isPresent() && DiskOverlays.concern(file.get())) {
          return true;
        }
      }
      return false;
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public boolean grow(InstanceId instance, VolumeId volume, long sizeBytes) {
    boolean grown =
        libvirt
            .call(
                "Growing the volume",
                session ->
                    session.domain(
                        instance.value(), domain -> grow(domain, instance, volume, sizeBytes)))
            .orElse(false);
    if (!grown) {
      views.accept(instance); // nobody writes to a file while it is read
    }
    return grown;
  }

  @Override
  public Optional<String> holder(VolumeId volume) {
    return libvirt.call(
        "Looking for who has the volume",
        session -> {
          for (UUID each : session.domains().keySet()) {
            Optional<String> name =
                session.domain(each, domain -> has(domain, volume) ? domain.getName() : "");
            if (name.isPresent() && !name.get().isEmpty()) {
              return name;
            }
          }
          return Optional.empty();
        });
  }

  private static boolean has(Domain domain, VolumeId volume) throws LibvirtException {
    return configured(domain, volume).isPresent() || plugged(domain, volume).isPresent();
  }

  private static boolean attach(Domain domain, VolumeId volume, Path file) throws LibvirtException {
    Optional<String> configured = configured(domain, volume);
    Optional<String> plugged = plugged(domain, volume);
    String target =
        configured.isPresent() || plugged.isPresent()
            ? configured.or(() -> plugged).get()
            : VolumeDiskXml.freeTarget(volume, description(domain, XML_INACTIVE), live(domain));
    String disk = VolumeDiskXml.render(file, volume, target);
    if (configured.isEmpty()) {
      domain.attachDeviceFlags(disk, CONFIG);
    }
    if (plugged.isEmpty()) {
      LiveChange.whileItRuns(domain, () -> domain.attachDeviceFlags(disk, LIVE));
    }
    return true;
  }

  /** False also for a domain that is off or not there. */
  private boolean guestHas(InstanceId instance, VolumeId volume, boolean ask) {
    return libvirt
        .call(
            "Detaching the volume",
            session ->
                session.domain(
                    instance.value(),
                    domain -> {
                      if (!Ownership.isOurs(domain)) {
                        return false;
                      }
                      Optional<String> target = plugged(domain, volume);
                      if (ask && target.isPresent()) {
                        askToLetGo(instance, domain, target.get());
                        return plugged(domain, volume).isPresent();
                      }
                      return target.isPresent();
                    }))
        .orElse(false);
  }

  /** An earlier run may have asked already; then QEMU still waits for the guest. */
  private static void askToLetGo(InstanceId instance, Domain domain, String target)
      throws LibvirtException {
    try {
      String disk = VolumeDiskXml.renderTarget(target);
      DomainJob.requireNoRound(domain, instance);
      LiveChange.whileItRuns(domain, () -> domain.detachDeviceFlags(disk, LIVE));
    } catch (LibvirtException refused) {
      if (!String.valueOf(refused.getMessage()).contains("in the process of unplug")) {
        throw refused;
      }
    }
  }

  private static boolean forget(Domain domain, VolumeId volume) throws LibvirtException {
    Optional<String> target =
        Ownership.isOurs(domain) ? configured(domain, volume) : Optional.empty();
    if (target.isPresent()) {
      domain.detachDeviceFlags(VolumeDiskXml.renderTarget(target.get()), CONFIG);
    }
    return target.isPresent();
  }

  private static boolean grow(Domain domain, InstanceId instance, VolumeId volume, long sizeBytes)
      throws LibvirtException {
    Optional<String> target = Ownership.isOurs(domain) ? plugged(domain, volume) : Optional.empty();
    if (target.isEmpty()) {
      return false;
    }
    DomainJob.requireNoRound(domain, instance);
    return LiveChange.whileItRuns(
        domain, () -> domain.blockResize(target.get(), sizeBytes, SIZE_IN_BYTES));
  }

  private Where where(InstanceId instance, VolumeId volume) {
    return libvirt
        .call(
            "Reading the domain's disks",
            session -> session.domain(instance.value(), domain -> where(domain, volume)))
        .orElse(Where.NOWHERE);
  }

  private static Where where(Domain domain, VolumeId volume) throws LibvirtException {
    if (!Ownership.isOurs(domain)) {
      return Where.NOWHERE;
    }
    boolean configured = configured(domain, volume).isPresent();
    boolean plugged = domain.isActive() == 1 ? plugged(domain, volume).isPresent() : configured;
    return configured && plugged
        ? Where.EVERYWHERE
        : configured || plugged ? Where.HALF : Where.NOWHERE;
  }

  private static Optional<String> configured(Domain domain, VolumeId volume)
      throws LibvirtException {
    return VolumeDiskXml.targetOf(description(domain, XML_INACTIVE), volume);
  }

  private static Optional<String> plugged(Domain domain, VolumeId volume) throws LibvirtException {
    return domain.isActive() == 1 ? VolumeDiskXml.targetOf(live(domain), volume) : Optional.empty();
  }

  private static Document live(Domain domain) throws LibvirtException {
    return description(domain, 0);
  }

  private static Document description(Domain domain, int flags) throws LibvirtException {
    return Xml.parse(domain.getXMLDesc(flags));
  }

  /** Of a domain's descriptions; one that is off has only that of its next start. */
  private enum Where {
    EVERYWHERE,
    HALF,
    NOWHERE
  }
}
