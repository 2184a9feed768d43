package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationSide;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target of a migration as its source's worker reaches it: by the same address as the source's
 * libvirtd. A guest arrives standing still, since libvirt lets the source go on when the target's
 * last answer is lost; and two guests would run if the target had let its one go by then. It goes
 * on there once the source cannot.
 */
final class Arrival implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);
  private static final long OPEN_SECONDS = 30;

  private final InstanceId instance;
  private final LibvirtConnection target;
  private final OwnershipBook ownership;

  /** {@code ownership}: of the source, which hands over what is its own. */
  Arrival(InstanceId instance, String uri, OwnershipBook ownership) {
    this.instance = instance;
    this.ownership = ownership;
    target = new LibvirtConnection(uri, new HostEvents());
  }

  /** Opens the connection. Fails with MIGRATION_FAILED when the target does not answer in time. */
  void open() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread thread = new Thread(null, () -> greet(answer), "arrival-" + instance, 256 << 10);
    thread.setDaemon(true);
    thread.start();
    try {
      answer.get(OPEN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException refused) {
      throw away(refused);
    } catch (TimeoutException silent) {
      throw away(silent);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw away(stopped);
    }
  }

  private void greet(CompletableFuture<String> answer) {
    try {
      answer.complete(target.attempt(session -> session.connect().getHostName()));
    } catch (LibvirtFault | RuntimeException refused) {
      answer.completeExceptionally(refused);
    }
  }

  /**
   * Lets the guest go on that has arrived whole; true when it runs there. The source cannot run it
   * any more. While it still arrives, libvirt waits for that. A source that has lost the instance
   * has nothing to hand over; one that merely has not heard of the ledger lately has, since the
   * guest ran here until now, and would stand still for as long as the ledger is away.
   */
  boolean letGo() {
    try {
      if (ownership.isLost(instance)) {
        LOG.warn("{} was taken over by another instance, and stands still at the target", instance);
        return false;
      }
      return target.attempt(this::letGo);
    } catch (LibvirtFault refused) {
      LOG.warn("{} does not go on at the target yet: {}", instance, refused.getMessage());
      return false;
    }
  }

  private boolean letGo(LibvirtSession session) throws LibvirtException, LibvirtFault {
    return session
        .domain(
            instance.value(),
            domain -> {
              if (session.migrations().status(instance.value()).isPaused()) {
                domain.resume();
              }
              return Sides.of(session.migrations().status(instance.value()), DomainJob.Kind.NONE)
                  == MigrationSide.RUNNING;
            })
        .orElse(false);
  }

  private static RuntimeException away(Exception how) {
    return Failures.of(FailureType.MIGRATION_FAILED, "The target's libvirt does not answer", how);
  }

  @Override
  public void close() {
    target.close();
  }
}
