package io.holdfast.engine.recovery;

import org.jspecify.annotations.Nullable;

/**
 * What keeps an instance from being recovered as the plan says.
 *
 * @param field of the plan
 * @param stops false when it is a warning: a disaster is no time to insist
 */
public record RunRefusal(
    Reason reason,
    String field,
    String instance,
    @Nullable String host,
    String words,
    boolean stops) {

  /** Why. */
  public enum Reason {
    /** No protection group has a point of it. */
    NOT_PROTECTED,
    /** No point is what the plan asks for. */
    NO_POINT,
    /** All that there is was found to be not what it was. */
    POINT_BROKEN,
    /** The point is older than twice the RPO of its group. */
    POINT_OLD,
    /** The replicas are not at the recovery site. */
    OTHER_SITE,
    HOST_MAINTENANCE,
    /** The host's worker does not answer. */
    HOST_SILENT,
    NO_CAPACITY,
    /** The project has not that much left. */
    QUOTA_EXCEEDED,
    /** A network that the plan names, or that the instance had, is not there any more. */
    UNKNOWN_NETWORK,
    /** The network that a nic goes to has no such address, or nobody knows which one it had. */
    ADDRESS_NOT_THERE,
    /** Another instance has the address that a nic is to get. */
    ADDRESS_TAKEN,
    /** Another network with the same addresses is in use on the host. */
    NETWORK_IN_THE_WAY,
    /** No other instance has taken over from it, and a direction is turned as a whole. */
    NOT_RECOVERED,
    /** Another job works on it, or on its group, and is waited for. */
    BUSY,
    /** Nothing of it is left at the site that was failed over from. */
    SOURCE_GONE,
    /** What has taken over from it is in a protection group of its own. */
    PROTECTED_ALREADY
  }

  /** One line for people. */
  public String line() {
    return "%s: %s: %s".formatted(field, instance, words);
  }
}
