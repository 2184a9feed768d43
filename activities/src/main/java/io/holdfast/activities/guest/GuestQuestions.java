package io.holdfast.activities.guest;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.activities.domain.DomainAgent;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.NetworkCalls.Lease;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PortSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Asks one guest once, in the way that its image wants. */
final class GuestQuestions {
  /** An agent that is connected but hangs blocks the call this long. */
  private static final int AGENT_SECONDS = 2;

  /** With less time than this left, a guest without an address counts as ready all the same. */
  private static final long LAST_CALL_MILLIS = 3_000;

  private final LibvirtConnection libvirt;

  GuestQuestions(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  Answer ask(InstanceSpec instance, long leftMillis) throws LibvirtFault {
    return switch (instance.readiness()) {
      case AGENT -> agent(instance, leftMillis);
      case DHCP -> lease(instance);
      case NONE -> Answer.of(new GuestReport(GuestReadiness.NONE, null, null, List.of()));
    };
  }

  private Answer agent(InstanceSpec instance, long leftMillis) throws LibvirtFault {
    return libvirt
        .attempt(
            session ->
                session.domain(
                    instance.id().value(), domain -> agent(domain, instance, leftMillis)))
        .orElse(Answer.none("the domain is gone"));
  }

  private static Answer agent(Domain domain, InstanceSpec instance, long leftMillis) {
    try {
      DomainAgent.ask(domain, "guest-ping", AGENT_SECONDS);
    } catch (LibvirtException silent) {
      return Answer.none("guest agent: " + silent.getMessage());
    }
    List<String> addresses = addresses(optional(domain, "guest-network-get-interfaces"));
    boolean expectsAddress = !instance.ports().isEmpty() && leftMillis > LAST_CALL_MILLIS;
    if (addresses.isEmpty() && expectsAddress) {
      return Answer.none("the guest agent answers, the guest has no IPv4 address yet");
    }
    return Answer.of(
        new GuestReport(
            GuestReadiness.AGENT,
            text(optional(domain, "guest-info").path("version")),
            text(optional(domain, "guest-get-host-name").path("host-name")),
            addresses));
  }

  /** Guests may switch off single commands. */
  private static JsonNode optional(Domain domain, String command) {
    try {
      return DomainAgent.ask(domain, command, AGENT_SECONDS);
    } catch (LibvirtException refused) {
      return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
  }

  private static List<String> addresses(JsonNode interfaces) {
    List<String> found = new ArrayList<>();
    for (JsonNode nic : interfaces) {
      for (JsonNode address : nic.path("ip-addresses")) {
        String text = address.path("ip-address").asText();
        boolean ipv4 = address.path("ip-address-type").asText().equals("ipv4");
        if (ipv4 && !text.startsWith("127.") && !text.startsWith("169.254.")) {
          found.add(text);
        }
      }
    }
    return found;
  }

  private Answer lease(InstanceSpec instance) throws LibvirtFault {
    if (instance.ports().isEmpty()) {
      return Answer.of(new GuestReport(GuestReadiness.DHCP, null, null, List.of()));
    }
    PortSpec port = instance.ports().get(0);
    List<Lease> leases =
        libvirt.attempt(
            session -> session.networks().leases(port.network().id().value(), port.mac()));
    for (Lease lease : leases) {
      String address = lease.address();
      if (address != null && address.equals(port.ipv4())) {
        return Answer.of(
            new GuestReport(GuestReadiness.DHCP, null, lease.hostname(), List.of(address)));
      }
    }
    return Answer.none(
        leases.isEmpty() ? "the guest has not asked for an address" : "its lease: " + leases);
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  /**
   * What came back.
   *
   * @param ready null while the guest is not ready
   * @param seen what was seen instead, for a person
   */
  record Answer(@Nullable GuestReport ready, String seen) {
    static Answer of(GuestReport report) {
      return new Answer(report, "ready");
    }

    static Answer none(String seen) {
      return new Answer(null, seen);
    }

    Optional<GuestReport> report() {
      return Optional.ofNullable(ready);
    }
  }
}
