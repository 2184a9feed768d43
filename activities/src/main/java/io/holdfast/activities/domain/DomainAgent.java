package io.holdfast.activities.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Commands to the QEMU guest agent. libvirt answers at once when no agent is connected. */
public final class DomainAgent {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DomainAgent() {}

  /** True when the agent answers a ping within the time. */
  public static boolean answers(Domain domain, int timeoutSeconds) {
    try {
      ask(domain, "guest-ping", timeoutSeconds);
      return true;
    } catch (LibvirtException silent) {
      return false;
    }
  }

  /** The "return" of a command without arguments. */
  public static JsonNode ask(Domain domain, String command, int timeoutSeconds)
      throws LibvirtException {
    return ask(domain, command, JSON.createObjectNode(), timeoutSeconds);
  }

  /** The "return" of a command. */
  public static JsonNode ask(
      Domain domain, String command, ObjectNode arguments, int timeoutSeconds)
      throws LibvirtException {
    ObjectNode line = JSON.createObjectNode().put("execute", command);
    if (!arguments.isEmpty()) {
      line.set("arguments", arguments);
    }
    String answer = domain.qemuAgentCommand(line.toString(), timeoutSeconds, 0);
    try {
      return JSON.readTree(String.valueOf(answer)).path("return");
    } catch (JsonProcessingException garbled) {
      throw new IllegalStateException("The guest agent's answer is no JSON: " + answer, garbled);
    }
  }
}
