package io.holdfast.activities.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    String answer = domain.qemuAgentCommand("{\"execute\":\"" + command + "\"}", timeoutSeconds, 0);
    try {
      return JSON.readTree(String.valueOf(answer)).path("return");
    } catch (JsonProcessingException garbled) {
      throw new IllegalStateException("The guest agent's answer is no JSON: " + answer, garbled);
    }
  }
}
