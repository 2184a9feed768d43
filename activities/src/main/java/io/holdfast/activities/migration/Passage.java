package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.MigrationCalls.Status;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationProgress;
import io.holdfast.workflows.model.SwitchOrder;
import io.temporal.client.ActivityCanceledException;
import io.temporal.failure.ApplicationFailure;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A migration that is under way, watched from its source: tells its progress, ends it when its
 * activity is cancelled or it cannot come to its end, switches to post-copy, and lets the guest go
 * on at the target as soon as the process that ran it here has ended.
 */
final class Passage {
  private static final Logger LOG = LoggerFactory.getLogger(Passage.class);
  private static final long LOOK_MILLIS = 250;
  private static final long LOOK_CLOSELY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /**
   * By then QEMU has slowed the guest down several times; what still does not fit through the link
   * will not.
   */
  private static final long MOST_ITERATIONS = 8;

  private final SwitchOrder order;
  private final InstanceId instance;
  private final OurDomains domains;
  private final HostEvents events;
  private final Arrival arrival;
  private final Pace pace;
  private final Optional<GuestProcess> process;
  private final Convergence convergence = new Convergence();
  private @Nullable ActivityCanceledException cancel;
  private @Nullable ApplicationFailure hopeless;
  private boolean postCopy;
  private boolean gone;
  private long stoodStillSince;
  private long downtimeNanos;

  Passage(
      SwitchOrder order,
      OurDomains domains,
      HostEvents events,
      Arrival arrival,
      Pace pace,
      Optional<GuestProcess> process) {
    this.order = order;
    instance = order.instance().id();
    this.domains = domains;
    this.events = events;
    this.arrival = arrival;
    this.pace = pace;
    this.process = process;
  }

  /** It is past the switch to post-copy already. */
  void beganByPostCopy() {
    postCopy = true;
  }

  /** Returns when it is over, whatever came of it. {@code over}: asked at each look. */
  void watch(BooleanSupplier over) {
    while (true) {
      long seen = events.count();
      if (over.getAsBoolean()) {
        return;
      }
      Optional<Look> look = look();
      if (look.filter(Look::leaves).isPresent()) {
        if (pace.keep()) {
          convergence.beginAgain();
        }
      }
      if (!gone && process.isPresent() && look.filter(Look::standsStill).isPresent()) {
        watchClosely(process.get());
      } else {
        events.await(seen, LOOK_MILLIS);
      }
      check();
    }
  }

  /** For how long the guest stood still, as seen from here; 0 when that was not seen. */
  long downtimeMillis() {
    return TimeUnit.NANOSECONDS.toMillis(downtimeNanos);
  }

  /** Throws when the activity was cancelled meanwhile, or the guest writes too fast. */
  void throwEnding() {
    ActivityCanceledException told = cancel;
    if (told != null) {
      throw told;
    }
    ApplicationFailure tooSlow = hopeless;
    if (tooSlow != null) {
      throw tooSlow;
    }
  }

  /** The last moments count: each of them the guest stands still. */
  private void watchClosely(GuestProcess here) {
    if (stoodStillSince == 0) {
      stoodStillSince = System.nanoTime();
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    while (System.nanoTime() - until < 0) {
      if (here.hasEnded()) {
        gone = true;
        if (arrival.letGo()) {
          downtimeNanos = System.nanoTime() - stoodStillSince;
        }
        return;
      }
      LockSupport.parkNanos(LOOK_CLOSELY_NANOS);
    }
  }

  /** Empty when libvirt does not say; the call itself, or the next look, will. */
  private Optional<Look> look() {
    try {
      Optional<Look> look = domains.find("Looking at the migration", instance, this::look);
      look.ifPresent(seen -> Beat.current().progress(seen.progress()));
      return look;
    } catch (ApplicationFailure silent) {
      LOG.debug("{}: {}", instance, silent.getMessage());
      return Optional.empty();
    }
  }

  private Look look(LibvirtSession session, Domain domain)
      throws LibvirtException, io.holdfast.activities.libvirt.LibvirtFault {
    DomainJob job = DomainJob.read(domain);
    Status status = session.migrations().status(instance.value());
    boolean leaves = job.kind() == DomainJob.Kind.MIGRATION_OUT;
    if (leaves
        && order.limits().postCopy()
        && !postCopy
        && job.number("memory_iteration") > MOST_ITERATIONS) {
      LOG.info("{} writes faster than the link; it is switched over by post-copy", instance);
      session.migrations().startPostCopy(instance.value());
      postCopy = true;
    }
    if (leaves && !order.limits().postCopy() && hopeless == null && convergence.isHopeless(job)) {
      hopeless =
          Failures.of(
              FailureType.MIGRATION_TOO_SLOW, Convergence.describe(job), Convergence.waysOut());
      LOG.info("{}: {}", instance, hopeless.getOriginalMessage());
    }
    boolean ahead = leaves && !postCopy;
    return new Look(progress(job), ahead, ahead && status.isPaused());
  }

  private static MigrationProgress progress(DomainJob job) {
    return new MigrationProgress(
        job.number("memory_processed"),
        job.number("memory_total"),
        job.number("disk_processed"),
        job.number("disk_total"),
        job.number("memory_dirty_rate") * job.number("memory_page_size"),
        job.number("memory_iteration"));
  }

  /**
   * A cancel ends the migration first, asked at each look: libvirt may be away when it comes. A
   * worker that goes down leaves it to the next one.
   */
  private void check() {
    if (cancel == null) {
      try {
        Beat.current().check();
      } catch (ActivityCanceledException told) {
        cancel = told;
      }
    }
    if (cancel != null || hopeless != null) {
      Ending.ask(domains, instance);
    }
  }

  /** {@code leaves}: and none of it runs at the target yet. */
  private record Look(MigrationProgress progress, boolean leaves, boolean standsStill) {}
}
