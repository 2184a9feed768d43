package io.holdfast.activities.guest;

import io.holdfast.activities.libvirt.HandleCall;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.activity.CommandActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestCommand;
import io.holdfast.workflows.model.InstanceId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a guest's agent run a command once, and follows it to its end. */
public final class GuestCommands implements CommandActivities {
  private static final Logger LOG = LoggerFactory.getLogger(GuestCommands.class);
  private static final long LOOK_MILLIS = 200;

  /**
   * libvirt's words when the agent has answered with an error, as for a program that is not there.
   */
  private static final String REFUSED = "unable to execute QEMU agent command";

  private final LibvirtConnection libvirt;
  private final HostEvents events;

  /** {@code libvirt}: a connection for agents alone, since a hung agent holds up its connection. */
  public GuestCommands(LibvirtConnection libvirt, HostEvents events) {
    this.libvirt = libvirt;
    this.events = events;
  }

  @Override
  public String runCommand(GuestCommand command) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(command.timeoutSeconds());
    List<String> environment = List.of("HOLDFAST_DELIVERY=" + command.delivery());
    Attempt begun = new Attempt(this, command, deadline);
    long pid =
        begun.until(domain -> Optional.of(GuestExec.start(domain, command.command(), environment)));
    GuestExec.State state =
        begun.until(
            domain -> Optional.of(GuestExec.state(domain, pid)).filter(GuestExec.State::exited));
    if (state.status() != 0) {
      throw failed(
          command, "ended with status %d".formatted(state.status()), state.out() + state.err());
    }
    return Sighting.right("status 0: " + state.out()).seen();
  }

  /** Who comes in here has waited until older calls had left, and keeps later ones of them out. */
  @Override
  public void shutOutCommands(InstanceId instance) {
    LOG.info("No command of a run that was given up begins in {} any more", instance);
  }

  private static RuntimeException failed(GuestCommand command, String how, @Nullable String last) {
    return Failures.of(
        FailureType.COMMAND_FAILED,
        "Command %s %s".formatted(String.join(" ", command.command()), how),
        List.of("last seen: " + Sighting.wrong(String.valueOf(last)).seen()));
  }

  /** Asks the agent again until there is an answer, or the command's time is over. */
  private record Attempt(GuestCommands commands, GuestCommand command, long deadline) {
    <T> T until(HandleCall<Domain, Optional<T>> question) {
      while (true) {
        Beat.current().check();
        long count = commands.events.count();
        String seen = "it runs";
        try {
          Optional<Optional<T>> answer =
              commands.libvirt.attempt(
                  session -> session.domain(command.instance().value(), question));
          if (answer.isPresent() && answer.get().isPresent()) {
            return answer.get().get();
          }
          seen = answer.isPresent() ? seen : "the domain is gone";
        } catch (LibvirtFault silent) {
          if (silent.says(REFUSED)) {
            throw failed(command, "was refused by the guest agent", silent.getMessage());
          }
          seen = String.valueOf(silent.getMessage());
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw failed(
              command, "did not end within %d s".formatted(command.timeoutSeconds()), seen);
        }
        commands.events.await(count, Math.min(left, LOOK_MILLIS));
      }
    }
  }
}
