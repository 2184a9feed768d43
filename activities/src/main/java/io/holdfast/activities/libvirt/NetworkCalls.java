package io.holdfast.activities.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls on networks that libvirt-java lacks. */
public final class NetworkCalls {
  private static final LibvirtExtras LIBVIRT = LibvirtExtras.INSTANCE;

  /** Offsets in virNetworkDHCPLease on 64-bit machines. */
  private static final int LEASE_ADDRESS = 40;

  private static final int LEASE_HOSTNAME = 56;

  private final Pointer connection;

  NetworkCalls(Pointer connection) {
    this.connection = connection;
  }

  /** The leases of one MAC. */
  public List<Lease> leases(UUID network, String mac) throws LibvirtFault {
    Pointer handle = lookup(network);
    try {
      PointerByReference array = new PointerByReference();
      int count = NativeFaults.require(LIBVIRT.virNetworkGetDHCPLeases(handle, mac, array, 0));
      List<Lease> leases = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Pointer lease = array.getValue().getPointer((long) i * Native.POINTER_SIZE);
        leases.add(new Lease(text(lease, LEASE_ADDRESS), text(lease, LEASE_HOSTNAME)));
        LIBVIRT.virNetworkDHCPLeaseFree(lease);
      }
      Native.free(Pointer.nativeValue(array.getValue()));
      return leases;
    } finally {
      LIBVIRT.virNetworkFree(handle);
    }
  }

  private Pointer lookup(UUID network) throws LibvirtFault {
    return NativeFaults.require(
        LIBVIRT.virNetworkLookupByUUIDString(connection, network.toString()));
  }

  private static @Nullable String text(Pointer struct, int offset) {
    Pointer text = struct.getPointer(offset);
    return text == null ? null : text.getString(0);
  }

  /** What the network's DHCP server gave away. */
  public record Lease(@Nullable String address, @Nullable String hostname) {}
}
