package io.holdfast.activities.libvirt;

import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.UUID;

/** Calls on domains that migrate, which libvirt-java lacks. Domains are there, or it is a fault. */
public final class MigrationCalls {
  private static final LibvirtExtras LIBVIRT = LibvirtExtras.INSTANCE;

  private static final int CPU_INCOMPATIBLE = 0;

  /** QEMU_DOMAIN_MIG_BANDWIDTH_MAX of libvirt's qemu_domain.h. */
  private static final long UNLIMITED = Long.MAX_VALUE >> 20;

  private final Pointer connection;

  MigrationCalls(Pointer connection) {
    this.connection = connection;
  }

  /** The domain's state with libvirt's reason for it. */
  public Status status(UUID domain) throws LibvirtFault {
    return on(
        domain,
        handle -> {
          IntByReference state = new IntByReference();
          IntByReference reason = new IntByReference();
          NativeFaults.require(LIBVIRT.virDomainGetState(handle, state, reason, 0));
          return new Status(state.getValue(), reason.getValue());
        });
  }

  /** Has the guest go on at the target before all of its memory is there. */
  public void startPostCopy(UUID domain) throws LibvirtFault {
    on(domain, handle -> NativeFaults.require(LIBVIRT.virDomainMigrateStartPostCopy(handle, 0)));
  }

  /**
   * What the domain's memory is sent with, by a migration that runs and by those to come.
   *
   * @param mibPerSecond 0 for no limit
   */
  public void limit(UUID domain, long mibPerSecond) throws LibvirtFault {
    NativeLong speed = new NativeLong(mibPerSecond == 0 ? UNLIMITED : mibPerSecond);
    on(
        domain,
        handle -> NativeFaults.require(LIBVIRT.virDomainMigrateSetMaxSpeed(handle, speed, 0)));
  }

  /**
   * True when a guest with this processor can run on this host.
   *
   * @param cpu libvirt's description of it
   */
  public boolean runsCpu(String architecture, String machine, String domainType, String cpu)
      throws LibvirtFault {
    int answer =
        LIBVIRT.virConnectCompareHypervisorCPU(
            connection, null, architecture, machine, domainType, cpu, 0);
    return NativeFaults.require(answer) != CPU_INCOMPATIBLE;
  }

  private <T> T on(UUID domain, NativeCall<T> call) throws LibvirtFault {
    Pointer handle =
        NativeFaults.require(LIBVIRT.virDomainLookupByUUIDString(connection, domain.toString()));
    try {
      return call.on(handle);
    } finally {
      LIBVIRT.virDomainFree(handle);
    }
  }

  /** virDomainState, and the reason of that state: numbers of libvirt-domain.h. */
  public record Status(int state, int reason) {
    private static final int PAUSED = 3;
    private static final int PAUSED_IOERROR = 5;

    /** True when the guest stands still, whatever the reason. */
    public boolean isPaused() {
      return state == PAUSED;
    }

    /** True when QEMU stopped the guest: by its own default, when a disk has no room. */
    public boolean isStoppedByDisk() {
      return isPaused() && reason == PAUSED_IOERROR;
    }
  }

  @FunctionalInterface
  private interface NativeCall<T> {
    T on(Pointer handle) throws LibvirtFault;
  }
}
