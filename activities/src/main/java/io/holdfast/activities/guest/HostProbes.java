package io.holdfast.activities.guest;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.activity.ProbeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ProbeKind;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Looks at a guest again and again until it is as a probe asks, or the time is over. */
public final class HostProbes implements ProbeActivities {
  private static final long LOOK_MILLIS = 500;

  private final HostEvents events;
  private final AgentProbes agents;
  private final NetworkProbes networks = new NetworkProbes();

  /** {@code libvirt}: a connection for agents alone, since a hung agent holds up its connection. */
  public HostProbes(LibvirtConnection libvirt, HostEvents events) {
    this.events = events;
    this.agents = new AgentProbes(libvirt);
  }

  @Override
  public ProbeResult runProbe(ProbeSpec probe) {
    long began = System.nanoTime();
    long deadline = began + TimeUnit.SECONDS.toNanos(probe.timeoutSeconds());
    while (true) {
      long count = events.count();
      Sighting sighting = ofTheGuest(probe, look(probe));
      if (sighting.right()) {
        return new ProbeResult(
            probe.kind(), probe.target(), millis(System.nanoTime() - began), sighting.seen());
      }
      Beat.current().check();
      long left = millis(deadline - System.nanoTime());
      if (left <= 0) {
        throw failed(probe, sighting);
      }
      events.await(count, Math.min(left, LOOK_MILLIS));
    }
  }

  /** A right answer is wrong when it is not the guest's, or a nic of it is in another network. */
  private Sighting ofTheGuest(ProbeSpec probe, Sighting sighting) {
    if (!sighting.right() || probe.nics().isEmpty()) {
      return sighting;
    }
    Optional<String> misplaced = agents.misplaced(probe);
    if (misplaced.isPresent()) {
      return Sighting.wrong(misplaced.get());
    }
    ProbeSpec.ProbeNic nic = probe.nic();
    String address = probe.address();
    boolean overTheNetwork = probe.kind() == ProbeKind.TCP || probe.kind() == ProbeKind.HTTP;
    return overTheNetwork && address != null && nic != null
        ? networks.impostor(address, nic).map(Sighting::wrong).orElse(sighting)
        : sighting;
  }

  private Sighting look(ProbeSpec probe) {
    return switch (probe.kind()) {
      case AGENT -> agents.ping(probe);
      case COMMAND -> agents.command(probe);
      case CONSOLE -> ConsoleProbe.look(probe);
      case TCP -> networks.connect(probe);
      case HTTP -> networks.get(probe);
    };
  }

  private static RuntimeException failed(ProbeSpec probe, Sighting last) {
    List<String> causes = new ArrayList<>();
    causes.add("last seen: " + last.seen());
    causes.addAll(ConsoleTail.of(probe.instance()));
    return Failures.of(
        FailureType.PROBE_FAILED,
        "Probe %s of %s was not green within %d s"
            .formatted(probe.kind(), probe.target(), probe.timeoutSeconds()),
        causes);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
