package io.holdfast.activities.libvirt;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.util.Optional;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/** Domains with our tag. One without it is somebody else's, and is not there. */
public final class OurDomains {
  private final LibvirtConnection libvirt;

  public OurDomains(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  /**
   * Works on the instance's domain; empty when this host has none.
   *
   * @param doing the beginning of a failure's message: "Reading the domain"
   */
  public <T> Optional<T> find(String doing, InstanceId instance, OurCall<T> call) {
    try {
      return libvirt
          .attempt(
              session ->
                  session.domain(
                      instance.value(),
                      domain ->
                          Ownership.isOurs(domain)
                              ? Optional.of(call.on(session, domain))
                              : Optional.<T>empty()))
          .flatMap(found -> found);
    } catch (LibvirtFault refused) {
      if (refused.code() == ErrorNumber.VIR_ERR_NO_DOMAIN) {
        return Optional.empty(); // it went while it was looked at
      }
      throw refused.toFailure(doing);
    }
  }

  /** As {@link #find}; fails with NOT_FOUND when this host has none. */
  public <T> T require(String doing, InstanceId instance, OurCall<T> call) {
    return find(doing, instance, call)
        .orElseThrow(
            () ->
                Failures.of(
                    FailureType.NOT_FOUND, "This host has no instance " + instance + " of ours"));
  }

  /** Work on a domain of ours. */
  @FunctionalInterface
  public interface OurCall<T> {
    T on(LibvirtSession session, Domain domain) throws LibvirtException, LibvirtFault;
  }
}
