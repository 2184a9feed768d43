package io.holdfast.activities.domain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processors and memory as the guest uses them. Many a Linux leaves what was plugged unused until
 * somebody says so (its udev, or our agent).
 *
 * @param vcpus null when no agent says it
 * @param memoryMiB in the guest's blocks; null when no agent says it
 */
record GuestSize(@Nullable Integer vcpus, @Nullable Integer memoryMiB) {
  private static final Logger LOG = LoggerFactory.getLogger(GuestSize.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 5;
  private static final long MIB = 1L << 20;

  /** Has the guest use all that it was given, and says what it uses. */
  static GuestSize takeIn(Domain domain) throws LibvirtException {
    if (domain.isActive() != 1 || !DomainAgent.answers(domain, PATIENCE_SECONDS)) {
      return new GuestSize(null, null);
    }
    Integer vcpus = count(domain, "vcpus", "vcpus", "logical-id");
    Integer blocks = count(domain, "memory-blocks", "mem-blks", "phys-index");
    return new GuestSize(vcpus, blocks == null ? null : blocks * blockMiB(domain));
  }

  boolean isAtLeast(int wantedVcpus, int wantedMemoryMiB) {
    return (vcpus == null || vcpus >= wantedVcpus)
        && (memoryMiB == null || memoryMiB >= wantedMemoryMiB);
  }

  /** How many the guest uses, once it uses all; null when its agent does not know of them. */
  private static @Nullable Integer count(Domain domain, String what, String argument, String key)
      throws LibvirtException {
    try {
      ArrayNode idle = JSON.createArrayNode();
      for (JsonNode each : DomainAgent.ask(domain, "guest-get-" + what, PATIENCE_SECONDS)) {
        if (!each.path("online").asBoolean()) {
          idle.add(JSON.createObjectNode().put(key, each.path(key).asLong()).put("online", true));
        }
      }
      if (!idle.isEmpty()) {
        ObjectNode arguments = JSON.createObjectNode();
        arguments.set(argument, idle);
        DomainAgent.ask(domain, "guest-set-" + what, arguments, PATIENCE_SECONDS);
      }
      int online = 0;
      for (JsonNode each : DomainAgent.ask(domain, "guest-get-" + what, PATIENCE_SECONDS)) {
        online += each.path("online").asBoolean() ? 1 : 0;
      }
      return online;
    } catch (LibvirtException refused) {
      if (domain.isActive() == 1) {
        LOG.info("The agent of {} refuses {}: {}", domain.getName(), what, refused.getMessage());
      }
      return null;
    }
  }

  private static int blockMiB(Domain domain) throws LibvirtException {
    JsonNode info = DomainAgent.ask(domain, "guest-get-memory-block-info", PATIENCE_SECONDS);
    return Math.toIntExact(info.path("size").asLong() / MIB);
  }
}
