package io.holdfast.activities.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/** Files in which libvirt keeps the memory of a guest; libvirt-java lacks these calls. */
public final class MemoryImages {
  private static final LibvirtExtras LIBVIRT = LibvirtExtras.INSTANCE;
  private static final int PAUSED = 1 << 2; // virDomainSaveRestoreFlags

  private final Pointer connection;

  MemoryImages(Pointer connection) {
    this.connection = connection;
  }

  /** What the guest was, in libvirt's words; its disks bear the names that they had then. */
  public String describe(Path file) throws LibvirtFault {
    Pointer text =
        NativeFaults.require(LIBVIRT.virDomainSaveImageGetXMLDesc(connection, file.toString(), 0));
    try {
      return text.getString(0);
    } finally {
      Native.free(Pointer.nativeValue(text));
    }
  }

  /**
   * Fills a guest with it, which stands still then. The file stays.
   *
   * @param xml what the guest is now; what it sees of its machine must be as it was
   */
  public void restore(Path file, String xml) throws LibvirtFault {
    NativeFaults.require(LIBVIRT.virDomainRestoreFlags(connection, file.toString(), xml, PAUSED));
  }
}
