package io.holdfast.activities.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.holdfast.workflows.model.PowerState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.libvirt.Error.ErrorNumber;

/** Calls on domains that libvirt-java lacks. */
final class DomainCalls {
  private static final LibvirtExtras LIBVIRT = LibvirtExtras.INSTANCE;

  private DomainCalls() {}

  /**
   * One list a state, and one of all: a thousand domains cost four calls. A domain that moved
   * between the lists is in none or in two of them, and is asked by itself.
   */
  static Map<UUID, PowerState> all(Pointer connection) throws LibvirtFault {
    Map<UUID, PowerState> states = new HashMap<>();
    Set<UUID> unsure = new HashSet<>();
    gather(connection, LibvirtExtras.LIST_RUNNING, PowerState.RUNNING, states, unsure);
    gather(connection, LibvirtExtras.LIST_PAUSED, PowerState.PAUSED, states, unsure);
    gather(connection, LibvirtExtras.LIST_SHUTOFF, PowerState.SHUTOFF, states, unsure);
    Set<UUID> every = list(connection, 0);
    states.keySet().retainAll(every);
    for (UUID id : every) {
      if (!states.containsKey(id) || unsure.contains(id)) {
        states.put(id, state(connection, id));
      }
    }
    states.values().removeIf(state -> state == PowerState.MISSING);
    return states;
  }

  private static void gather(
      Pointer connection, int flag, PowerState state, Map<UUID, PowerState> into, Set<UUID> unsure)
      throws LibvirtFault {
    for (UUID id : list(connection, flag)) {
      if (into.put(id, state) != null) {
        unsure.add(id);
      }
    }
  }

  private static Set<UUID> list(Pointer connection, int flags) throws LibvirtFault {
    PointerByReference array = new PointerByReference();
    int count = NativeFaults.require(LIBVIRT.virConnectListAllDomains(connection, array, flags));
    Set<UUID> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Pointer domain = array.getValue().getPointer((long) i * Native.POINTER_SIZE);
      byte[] text = new byte[LibvirtExtras.UUID_STRING_LENGTH];
      int answer = LIBVIRT.virDomainGetUUIDString(domain, text);
      LIBVIRT.virDomainFree(domain);
      if (answer == 0) {
        ids.add(UUID.fromString(Native.toString(text)));
      }
    }
    Native.free(Pointer.nativeValue(array.getValue()));
    return ids;
  }

  static PowerState state(Pointer connection, UUID id) throws LibvirtFault {
    Pointer domain = LIBVIRT.virDomainLookupByUUIDString(connection, id.toString());
    if (domain == null) {
      return missing(NativeFaults.last());
    }
    try {
      IntByReference state = new IntByReference();
      int answer = LIBVIRT.virDomainGetState(domain, state, new IntByReference(), 0);
      return answer == 0 ? PowerStates.of(state.getValue()) : missing(NativeFaults.last());
    } finally {
      LIBVIRT.virDomainFree(domain);
    }
  }

  static void shutdown(Pointer connection, UUID id, boolean byAgent) throws LibvirtFault {
    Pointer domain =
        NativeFaults.require(LIBVIRT.virDomainLookupByUUIDString(connection, id.toString()));
    try {
      int how =
          byAgent ? LibvirtExtras.SHUTDOWN_GUEST_AGENT : LibvirtExtras.SHUTDOWN_ACPI_POWER_BUTTON;
      NativeFaults.require(LIBVIRT.virDomainShutdownFlags(domain, how));
    } finally {
      LIBVIRT.virDomainFree(domain);
    }
  }

  private static PowerState missing(LibvirtFault fault) throws LibvirtFault {
    if (fault.code() == ErrorNumber.VIR_ERR_NO_DOMAIN) {
      return PowerState.MISSING;
    }
    throw fault;
  }
}
