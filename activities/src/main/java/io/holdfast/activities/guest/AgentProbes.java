package io.holdfast.activities.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.activities.domain.DomainAgent;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.model.ProbeSpec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Asks a guest by its agent. */
final class AgentProbes {
  /** An agent that is connected but hangs blocks the call this long. */
  private static final int AGENT_SECONDS = 2;

  /** A command that runs longer has not succeeded; the next look starts it again. */
  private static final long COMMAND_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LibvirtConnection libvirt;

  AgentProbes(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  Sighting ping(ProbeSpec probe) {
    return ask(
        probe,
        domain -> {
          DomainAgent.ask(domain, "guest-ping", AGENT_SECONDS);
          return Sighting.right("the guest agent answers");
        });
  }

  Sighting command(ProbeSpec probe) {
    return ask(probe, domain -> run(domain, probe));
  }

  /** As {@link GuestNic#misplaced}, of the domain as it runs. */
  Optional<String> misplaced(ProbeSpec probe) {
    try {
      return libvirt
          .attempt(
              session ->
                  session.domain(
                      probe.instance().value(),
                      domain -> GuestNic.misplaced(domain.getXMLDesc(0), probe.nics())))
          .orElse(Optional.of("the domain is gone"));
    } catch (LibvirtFault unavailable) {
      return Optional.of("libvirt: " + unavailable.getMessage());
    }
  }

  private Sighting ask(ProbeSpec probe, Question question) {
    try {
      return libvirt
          .attempt(
              session ->
                  session.domain(probe.instance().value(), domain -> answer(domain, question)))
          .orElse(Sighting.wrong("the domain is gone"));
    } catch (LibvirtFault unavailable) {
      return Sighting.wrong("libvirt: " + unavailable.getMessage());
    }
  }

  private static Sighting answer(Domain domain, Question question) {
    try {
      return question.to(domain);
    } catch (LibvirtException silent) {
      return Sighting.wrong("guest agent: " + silent.getMessage());
    }
  }

  private static Sighting run(Domain domain, ProbeSpec probe) throws LibvirtException {
    JsonNode started = DomainAgent.ask(domain, "guest-exec", start(probe), AGENT_SECONDS);
    ObjectNode pid = JsonNodeFactory.instance.objectNode().set("pid", started.path("pid"));
    long deadline = System.nanoTime() + COMMAND_NANOS;
    while (System.nanoTime() < deadline) {
      JsonNode status = DomainAgent.ask(domain, "guest-exec-status", pid, AGENT_SECONDS);
      if (status.path("exited").asBoolean()) {
        return ended(status, probe);
      }
      Beat.current().check();
      LockSupport.parkNanos(LOOK_NANOS); // nothing tells of its end
    }
    return Sighting.wrong("the command has not ended");
  }

  private static ObjectNode start(ProbeSpec probe) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("path", probe.command().get(0));
    ArrayNode rest = arguments.putArray("arg");
    probe.command().subList(1, probe.command().size()).forEach(rest::add);
    return arguments.put("capture-output", true);
  }

  private static Sighting ended(JsonNode status, ProbeSpec probe) {
    String out = decoded(status.path("out-data").asText());
    String text = probe.text();
    if (status.path("exitcode").asInt(-1) != 0) {
      return Sighting.wrong(
          "status %s: %s%s"
              .formatted(
                  status.path("exitcode").asText("none"),
                  out,
                  decoded(status.path("err-data").asText())));
    }
    return text == null || out.contains(text)
        ? Sighting.right("status 0: " + out)
        : Sighting.wrong("status 0, and not what was looked for: " + out);
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  /** Something to ask an agent. */
  @FunctionalInterface
  private interface Question {
    Sighting to(Domain domain) throws LibvirtException;
  }
}
