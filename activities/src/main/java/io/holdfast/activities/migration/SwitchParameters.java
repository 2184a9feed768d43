package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.SwitchOrder;
import java.util.ArrayList;
import java.util.List;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.TypedParameter;
import org.libvirt.TypedStringParameter;

/**
 * What libvirt is told to do (virDomainMigrateFlags, VIR_MIGRATE_PARAM_... of libvirt-domain.h).
 *
 * <p>The source's domain stays defined: what becomes of it is decided once both sides were read.
 */
record SwitchParameters(int flags, List<TypedParameter> parameters) {
  static final int PAUSED = 1 << 5;
  static final int POSTCOPY = 1 << 15;
  static final int TLS = 1 << 16;

  /** libvirt 8.5. */
  static final int POSTCOPY_RESUME = 1 << 19;

  static final int LIVE = 1;
  private static final int PEER2PEER = 1 << 1;
  private static final int PERSIST_DEST = 1 << 3;
  static final int NON_SHARED_INC = 1 << 7;
  static final int UNSAFE = 1 << 9;
  private static final int ABORT_ON_ERROR = 1 << 12;
  private static final int AUTO_CONVERGE = 1 << 13;
  private static final int ALWAYS = PEER2PEER | PERSIST_DEST | ABORT_ON_ERROR;

  private static final int XML_SECURE = 1;
  private static final int XML_INACTIVE = 1 << 1;
  private static final int XML_MIGRATABLE = 1 << 3;

  /**
   * Of a domain that runs, with its disks under overlays, or shared with the target. No bandwidth
   * is among them: libvirt takes what {@link Pace} has told it, and a parameter would overwrite a
   * change that comes while the call prepares the target.
   */
  static SwitchParameters of(Domain domain, SwitchOrder order, MigrationLimits limits)
      throws LibvirtException {
    InstanceId instance = order.instance().id();
    MigrationSite site = order.target();
    String live = domain.getXMLDesc(XML_SECURE | XML_MIGRATABLE);
    String next = domain.getXMLDesc(XML_SECURE | XML_MIGRATABLE | XML_INACTIVE);
    List<TypedParameter> all = new ArrayList<>();
    all.add(text("destination_xml", DestinationXml.render(live, instance, site)));
    all.add(text("persistent_xml", DestinationXml.render(next, instance, site)));
    all.add(text("migrate_uri", "tcp://" + bracketed(site.address())));
    all.add(text("listen_address", site.address()));
    List<SourceDisk> disks =
        site.shared() == null ? SourceDisk.overlaid(live, instance) : List.of();
    for (SourceDisk disk : disks) {
      all.add(text("migrate_disks", disk.device()));
    }
    boolean emulated = Xml.parse(live).getDocumentElement().getAttribute("type").equals("qemu");
    return new SwitchParameters(flags(emulated, limits, site), all);
  }

  /**
   * With post-copy the target's QEMU must begin to run by itself. Without, the guest arrives
   * standing still, see {@link Arrival}. An emulated guest stands still as soon as its memory goes:
   * QEMU's emulator may lose what a guest writes meanwhile (ADR 33), so that there is nothing to
   * converge either. What goes between the QEMUs is encrypted when what goes between the libvirtds
   * is.
   *
   * <p>libvirt believes few file systems that two hosts can have them both, and asks for a disk
   * without a cache besides. The first is proven otherwise here, file by file (MigrationActivities,
   * requireLinked); the second is QEMU's, which drops what it has cached of a file that it gives
   * away or takes (drop-cache of its file driver).
   */
  static int flags(boolean emulated, MigrationLimits limits, MigrationSite site) {
    int meanwhile = emulated ? 0 : LIVE | AUTO_CONVERGE;
    int arrives = limits.postCopy() && !emulated ? POSTCOPY : PAUSED;
    int secret = site.libvirtUri().contains("+tls:") ? TLS : 0;
    int disks = site.shared() == null ? NON_SHARED_INC : UNSAFE;
    return ALWAYS | meanwhile | arrives | secret | disks;
  }

  /** To go on with a post-copy that broke off: libvirt wants all of it as it was, and says so. */
  SwitchParameters resuming() {
    return new SwitchParameters((flags & ~PAUSED) | POSTCOPY | POSTCOPY_RESUME, parameters);
  }

  private static TypedParameter text(String name, String value) {
    return new TypedStringParameter(name, value);
  }

  private static String bracketed(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }
}
