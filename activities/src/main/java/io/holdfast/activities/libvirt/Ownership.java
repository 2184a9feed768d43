package io.holdfast.activities.libvirt;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/** The tag that tells Holdfast's domains and networks from others on the same host. */
public final class Ownership {
  public static final String NAMESPACE = "https://holdfast.io/xmlns/libvirt/1";

  private static final int METADATA_ELEMENT = 2;
  private static final String MARK = "owner='holdfast'";

  private static final Pattern JOB =
      Pattern.compile(
          "owner='holdfast'[^>]*\\sjob='([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'");

  private Ownership() {}

  /** The job that made what libvirt describes so, as its tag says. */
  public static Optional<UUID> job(String xml) {
    Matcher job = JOB.matcher(xml.replace('"', '\''));
    return job.find() ? Optional.of(UUID.fromString(job.group(1))) : Optional.empty();
  }

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
