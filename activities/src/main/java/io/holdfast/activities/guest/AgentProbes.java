package io.holdfast.activities.guest;

import io.holdfast.activities.domain.DomainAgent;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.model.ProbeSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Asks a guest by its agent. */
final class AgentProbes {
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
          DomainAgent.ask(domain, "guest-ping", GuestExec.AGENT_SECONDS);
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
    long pid = GuestExec.start(domain, probe.command(), List.of());
    long deadline = System.nanoTime() + COMMAND_NANOS;
    while (System.nanoTime() < deadline) {
      GuestExec.State state = GuestExec.state(domain, pid);
      if (state.exited()) {
        return ended(state, probe);
      }
      Beat.current().check();
      LockSupport.parkNanos(LOOK_NANOS); // nothing tells of its end
    }
    return Sighting.wrong("the command has not ended");
  }

  private static Sighting ended(GuestExec.State state, ProbeSpec probe) {
    String text = probe.text();
    if (state.status() != 0) {
      return Sighting.wrong("status %d: %s%s".formatted(state.status(), state.out(), state.err()));
    }
    return text == null || state.out().contains(text)
        ? Sighting.right("status 0: " + state.out())
        : Sighting.wrong("status 0, and not what was looked for: " + state.out());
  }

  /** Something to ask an agent. */
  @FunctionalInterface
  private interface Question {
    Sighting to(Domain domain) throws LibvirtException;
  }
}
