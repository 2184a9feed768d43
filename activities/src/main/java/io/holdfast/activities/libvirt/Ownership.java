package io.holdfast.activities.libvirt;

import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/** The tag that tells Holdfast's domains and networks from others on the same host. */
public final class Ownership {
  public static final String NAMESPACE = "https://holdfast.io/xmlns/libvirt/1";

  private static final int METADATA_ELEMENT = 2;
  private static final String MARK = "owner='holdfast'";

  private Ownership() {}

  /** True when the domain carries the tag. */
  public static boolean isOurs(Domain domain) throws LibvirtException {
    try {
      return isOurs(String.valueOf(domain.getMetadata(METADATA_ELEMENT, NAMESPACE, 0)));
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) == ErrorNumber.VIR_ERR_NO_DOMAIN_METADATA) {
        return false;
      }
      throw refused;
    }
  }

  /** True when libvirt's description carries the tag. */
  public static boolean isOurs(String xml) {
    return xml.replace('"', '\'').contains(MARK);
  }
}
