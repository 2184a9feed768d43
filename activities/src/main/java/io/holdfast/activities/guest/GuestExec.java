package io.holdfast.activities.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.activities.domain.DomainAgent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Programs that a guest's agent runs: guest-exec and guest-exec-status of QEMU's guest agent. */
final class GuestExec {
  /** An agent that is connected but hangs blocks the call this long. */
  static final int AGENT_SECONDS = 2;

  /** A busy guest takes its time to start a program; an answer that is lost would start another. */
  private static final int START_SECONDS = 10;

  private GuestExec() {}

  /**
   * A program as it is, or was.
   *
   * @param status with which it ended; -1 when a signal ended it, or it still runs
   */
  record State(boolean exited, int status, String out, String err) {}

  /** Begins a program; its id in the guest. {@code environment}: {@code NAME=value}. */
  static long start(Domain domain, List<String> command, List<String> environment)
      throws LibvirtException {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("path", command.get(0));
    ArrayNode rest = arguments.putArray("arg");
    command.subList(1, command.size()).forEach(rest::add);
    if (!environment.isEmpty()) {
      ArrayNode variables = arguments.putArray("env");
      environment.forEach(variables::add);
    }
    arguments.put("capture-output", true);
    return DomainAgent.ask(domain, "guest-exec", arguments, START_SECONDS).path("pid").asLong();
  }

  /** The agent forgets a program once it has said that it ended. */
  static State state(Domain domain, long pid) throws LibvirtException {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("pid", pid);
    JsonNode status = DomainAgent.ask(domain, "guest-exec-status", arguments, AGENT_SECONDS);
    return new State(
        status.path("exited").asBoolean(),
        status.path("exitcode").asInt(-1),
        decoded(status.path("out-data").asText()),
        decoded(status.path("err-data").asText()));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
