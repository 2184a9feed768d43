package io.holdfast.activities.libvirt;

import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;
import org.libvirt.Error.ErrorNumber;

/** Turns an answer of {@link LibvirtExtras} that means failure into the fault behind it. */
final class NativeFaults {
  private NativeFaults() {}

  static int require(int answer) throws LibvirtFault {
    if (answer < 0) {
      throw last();
    }
    return answer;
  }

  static Pointer require(@Nullable Pointer answer) throws LibvirtFault {
    if (answer == null) {
      throw last();
    }
    return answer;
  }

  /** The last error of this thread. */
  static LibvirtFault last() {
    int code = LibvirtExtras.INSTANCE.virGetLastErrorCode();
    ErrorNumber[] known = ErrorNumber.values();
    return new LibvirtFault(
        code < known.length ? known[code] : ErrorNumber.VIR_ERR_UNKNOWN,
        String.valueOf(LibvirtExtras.INSTANCE.virGetLastErrorMessage()),
        false);
  }
}
