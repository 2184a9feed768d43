package io.holdfast.activities.guest;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PowerState;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits for guests, woken by libvirt's events and looking by itself in between; and reads what they
 * print.
 */
public final class LibvirtGuestActivities implements GuestActivities {
  private static final long LOOK_MILLIS = 300;

  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private final GuestQuestions questions;
  private final GuestScreens screens;

  /** {@code libvirt}: a connection for agents alone, since a hung agent holds up its connection. */
  public LibvirtGuestActivities(LibvirtConnection libvirt, HostEvents events) {
    this.libvirt = libvirt;
    this.events = events;
    this.questions = new GuestQuestions(libvirt);
    this.screens = new GuestScreens(libvirt);
  }

  @Override
  public GuestReport awaitGuest(InstanceSpec instance) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(instance.guestTimeoutSeconds());
    String last = "nothing was seen of the guest";
    while (true) {
      long seen = events.count();
      try {
        PowerState state = libvirt.attempt(session -> session.state(instance.id().value()));
        requireUp(instance, state);
        GuestQuestions.Answer answer = questions.ask(instance, millisTo(deadline));
        Optional<GuestReport> report = answer.report();
        if (report.isPresent()) {
          return report.get();
        }
        last = "the domain is " + state + "; " + answer.seen();
      } catch (LibvirtFault unavailable) {
        last = "libvirt: " + unavailable.getMessage();
      }
      Beat.current().check();
      long left = millisTo(deadline);
      if (left <= 0) {
        throw notReady(
            instance,
            "The guest did not answer within " + instance.guestTimeoutSeconds() + " s",
            last);
      }
      events.await(seen, Math.min(left, LOOK_MILLIS));
    }
  }

  @Override
  public byte[] readConsole(InstanceId instance, int bytes) {
    try {
      return ConsoleLog.end(instance, bytes);
    } catch (IOException unreadable) {
      throw FailureMapping.typed(unreadable);
    }
  }

  @Override
  public String readScreen(InstanceId instance) {
    return screens.take(instance);
  }

  private static long millisTo(long deadline) {
    return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
  }

  /** A guest whose domain is off will never answer: waiting on would only hide that. */
  private static void requireUp(InstanceSpec instance, PowerState state) {
    if (state != PowerState.RUNNING && state != PowerState.PAUSED) {
      throw notReady(instance, "The guest went down before it answered", "the domain is " + state);
    }
  }

  private static ApplicationFailure notReady(InstanceSpec instance, String message, String seen) {
    List<String> causes = new ArrayList<>();
    causes.add("last seen: " + seen);
    causes.addAll(ConsoleTail.of(instance.id()));
    return Failures.of(FailureType.GUEST_NOT_READY, message, causes);
  }
}
