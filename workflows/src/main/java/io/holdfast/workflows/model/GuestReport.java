package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The guest's first answer.
 *
 * @param agentVersion the guest agent's version, or null when the image asks for no agent
 * @param addresses IPv4 addresses that the guest or the DHCP server reported
 */
public record GuestReport(
    GuestReadiness by,
    @Nullable String agentVersion,
    @Nullable String hostname,
    List<String> addresses) {
  /** Nobody was asked. */
  public static final GuestReport NONE =
      new GuestReport(GuestReadiness.NONE, null, null, List.of());
}
