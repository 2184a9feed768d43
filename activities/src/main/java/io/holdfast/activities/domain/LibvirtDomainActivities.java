package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PowerState;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/**
 * Domains, looked up by their UUID. A domain without our tag is somebody else's, whatever its UUID:
 * it is never touched, and reads as MISSING.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class LibvirtDomainActivities implements DomainActivities {
  private static final String TAKEN = "already exists with uuid";

  private final LibvirtConnection libvirt;
  private final DomainPower power;
  private final OwnershipBook ownership;
  private final Pools pools;
  private final Supplier<String> domainType;
  private final KeyedLocks locks;
  private final Consumer<InstanceId> gone;

  /**
   * Wires it.
   *
   * @param domainType "kvm", "qemu" or "test"; may take seconds when asked for the first time
   * @param gone told of each instance that this host has no more
   */
  public LibvirtDomainActivities(
      LibvirtConnection libvirt,
      DomainPower power,
      OwnershipBook ownership,
      Pools pools,
      Supplier<String> domainType,
      KeyedLocks locks,
      Consumer<InstanceId> gone) {
    this.libvirt = libvirt;
    this.power = power;
    this.ownership = ownership;
    this.pools = pools;
    this.domainType = domainType;
    this.locks = locks;
    this.gone = gone;
  }

  @Override
  public void defineDomain(InstanceSpec instance) {
    DomainSite site =
        new DomainSite(domainType.get(), pools.folder(instance.pool()), DomainNames.CONSOLES);
    try (KeyedLocks.Held held = locks.lock(instance.id())) {
      ownership.grant(instance.id());
      Optional<Boolean> ours =
          libvirt.call(
              "Looking up the domain",
              session -> session.domain(instance.id().value(), Ownership::isOurs));
      if (ours.isEmpty()) {
        define(instance, DomainXml.render(instance, site));
      } else if (!ours.get()) {
        throw taken("the UUID " + instance.id() + " is in use");
      }
    }
  }

  @Override
  public void undefineDomain(InstanceId instance) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      power.off(instance);
      libvirt.call(
          "Undefining the domain",
          session -> session.domain(instance.value(), LibvirtDomainActivities::undefine));
      ownership.forget(instance);
      gone.accept(instance);
      ConsoleFiles.delete(DomainNames.console(DomainNames.CONSOLES, instance));
    }
  }

  @Override
  public DomainStatus startDomain(InstanceId instance) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      return new DomainStatus(instance, power.on(instance));
    }
  }

  @Override
  public DomainStatus stopDomain(InstanceId instance, int graceSeconds) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      return new DomainStatus(instance, power.off(instance, graceSeconds));
    }
  }

  @Override
  public DomainStatus shutDownDomain(InstanceId instance, int graceSeconds) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      return new DomainStatus(instance, power.shutDown(instance, graceSeconds));
    }
  }

  @Override
  public DomainStatus rebootDomain(InstanceId instance, int graceSeconds) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      power.off(instance, graceSeconds);
      return new DomainStatus(instance, power.on(instance));
    }
  }

  @Override
  public DomainStatus readDomain(InstanceId instance) {
    PowerState state =
        libvirt.call(
            "Reading the domain's state",
            session ->
                session.domain(instance.value(), Ownership::isOurs).orElse(false)
                    ? session.state(instance.value())
                    : PowerState.MISSING);
    return new DomainStatus(instance, state);
  }

  private void define(InstanceSpec instance, String xml) {
    try {
      libvirt.attempt(session -> session.connect().domainDefineXML(xml).free());
    } catch (LibvirtFault refused) {
      if (refused.says(TAKEN)) {
        throw taken(String.valueOf(refused.getMessage()));
      }
      throw refused.toFailure("Defining " + DomainNames.domain(instance.name(), instance.id()));
    }
  }

  /** With what libvirt keeps beside it; that is metadata only, no volume. */
  private static boolean undefine(Domain domain) throws LibvirtException {
    if (!Ownership.isOurs(domain)) {
      return false;
    }
    try {
      undefineWithAll(domain);
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) != ErrorNumber.VIR_ERR_NO_DOMAIN) {
        throw refused;
      }
    }
    return true;
  }

  /** A driver that does not know a flag has nothing of the kind to remove. */
  private static void undefineWithAll(Domain domain) throws LibvirtException {
    try {
      domain.undefine(UndefineFlags.ALL);
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) != ErrorNumber.VIR_ERR_INVALID_ARG) {
        throw refused;
      }
      domain.undefine();
    }
  }

  private static RuntimeException taken(String how) {
    return Failures.of(
        FailureType.NAME_TAKEN_BY_FOREIGN_DOMAIN,
        "A domain on this host that is not Holdfast's is in the way",
        java.util.List.of(how));
  }

  /** virDomainUndefineFlagsValues. */
  private static final class UndefineFlags {
    private static final int MANAGED_SAVE = 1;
    private static final int SNAPSHOTS_METADATA = 2;
    private static final int NVRAM = 4;
    private static final int CHECKPOINTS_METADATA = 16;
    private static final int ALL = MANAGED_SAVE | SNAPSHOTS_METADATA | NVRAM | CHECKPOINTS_METADATA;
  }
}
