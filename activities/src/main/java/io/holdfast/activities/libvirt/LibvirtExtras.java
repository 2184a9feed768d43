package io.holdfast.activities.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls of libvirt that libvirt-java 0.5.4 lacks. Names and meanings are libvirt's own
 * (libvirt-domain.h, libvirt-network.h); all answer -1 or null on failure, with the reason in
 * virGetLastError of the calling thread.
 */
interface LibvirtExtras extends Library {
  LibvirtExtras INSTANCE = Native.load("virt", LibvirtExtras.class);

  int UUID_STRING_LENGTH = 37;

  int LIST_RUNNING = 16;
  int LIST_PAUSED = 32;
  int LIST_SHUTOFF = 64;

  int SHUTDOWN_ACPI_POWER_BUTTON = 1;
  int SHUTDOWN_GUEST_AGENT = 2;

  int virConnectListAllDomains(Pointer connection, PointerByReference domains, int flags);

  @Nullable Pointer virDomainLookupByUUIDString(Pointer connection, String uuid);

  int virDomainFree(Pointer domain);

  int virDomainGetUUIDString(Pointer domain, byte[] uuid);

  int virDomainGetState(Pointer domain, IntByReference state, IntByReference reason, int flags);

  int virDomainMigrateStartPostCopy(Pointer domain, int flags);

  int virDomainMigrateSetMaxSpeed(Pointer domain, NativeLong bandwidth, int flags);

  int virConnectCompareHypervisorCPU(
      Pointer connection,
      @Nullable String emulator,
      String architecture,
      String machine,
      String domainType,
      String cpu,
      int flags);

  int virDomainRestoreFlags(Pointer connection, String file, @Nullable String xml, int flags);

  @Nullable Pointer virDomainSaveImageGetXMLDesc(Pointer connection, String file, int flags);

  int virDomainShutdownFlags(Pointer domain, int flags);

  @Nullable Pointer virNetworkLookupByUUIDString(Pointer connection, String uuid);

  int virNetworkFree(Pointer network);

  int virNetworkGetDHCPLeases(Pointer network, String mac, PointerByReference leases, int flags);

  void virNetworkDHCPLeaseFree(Pointer lease);

  int virGetLastErrorCode();

  @Nullable String virGetLastErrorMessage();
}
