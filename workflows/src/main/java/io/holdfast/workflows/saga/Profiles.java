package io.holdfast.workflows.saga;

import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.Queues;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.Priority;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/**
 * Every timeout and retry of every activity, in one place. Heartbeats decide over life and death: a
 * copy that runs for hours is fine, one that is silent is not. No profile retries a failure that
 * its type calls not retryable (see FailureType).
 */
public final class Profiles {
  /** How long work may lie in a host's queue before the job says whom it waits for. */
  private static final Duration TAKEN_WITHIN = Duration.ofSeconds(15);

  /** The same for a look at a host: with its heartbeat, silence is certain within 20 s. */
  private static final Duration LOOK_TAKEN_WITHIN = Duration.ofSeconds(8);

  /** The same where others wait for a host that may well be gone. */
  private static final Duration TAKEN_AT_ONCE = Duration.ofSeconds(3);

  private static final Priority INTERACTIVE = Priority.newBuilder().setPriorityKey(2).build();
  private static final Priority REPLICATION = Priority.newBuilder().setPriorityKey(5).build();

  private Profiles() {}

  /**
   * INVENTORY: one database transaction; tried until the database answers. The number of attempts
   * is written down because the SDK does not retry a local activity that names neither a number nor
   * a total time (LocalActivityWorker.isRetryPolicyNotSet in 1.38).
   */
  public static <T> T inventory(Class<T> activities) {
    return Workflow.newLocalActivityStub(
        activities,
        LocalActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofSeconds(5))
            .setRetryOptions(
                RetryOptions.newBuilder()
                    .setInitialInterval(Duration.ofMillis(100))
                    .setMaximumInterval(Duration.ofSeconds(3))
                    .setMaximumAttempts(Integer.MAX_VALUE)
                    .build())
            .build());
  }

  /** LIBVIRT_SHORT: calls that take seconds at most. */
  public static <T> T libvirtShort(Class<T> activities, HostId host) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.host(host), Duration.ofSeconds(60), Duration.ofSeconds(15))
            .setRetryOptions(attempts(5))
            .build());
  }

  /** STANDSTILL: guests stand still meanwhile, so a host that is silent is not waited for. */
  public static <T> T standstill(Class<T> activities, HostId host) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.host(host), Duration.ofSeconds(20), Duration.ofSeconds(15))
            .setScheduleToStartTimeout(TAKEN_AT_ONCE)
            .setRetryOptions(attempts(1))
            .build());
  }

  /** LIBVIRT_SHORT for several steps in one call. */
  public static <T> T build(Class<T> activities, HostId host) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.host(host), Duration.ofSeconds(180), Duration.ofSeconds(15))
            .setRetryOptions(attempts(5))
            .build());
  }

  /** LIBVIRT_LONG: one call that waits for a guest to follow, at most for the given time. */
  public static <T> T libvirtLong(Class<T> activities, HostId host, Duration atMost) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.host(host), atMost, Duration.ofSeconds(30))
            .setRetryOptions(attempts(5))
            .build());
  }

  /** STORAGE_COPY: hours are fine, twenty seconds of silence are not. */
  public static <T> T storageCopy(Class<T> activities, HostId host) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.host(host), Duration.ofHours(24), Duration.ofSeconds(20))
            .setRetryOptions(attempts(10))
            .build());
  }

  /** MOVE: as STORAGE_COPY, with slots of its own. */
  public static <T> T move(Class<T> activities, HostId host) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.hostMoves(host), Duration.ofHours(24), Duration.ofSeconds(20))
            .setRetryOptions(attempts(10))
            .build());
  }

  /**
   * STREAM: as STORAGE_COPY, behind whatever a person waits for. A link may be cut for ten minutes
   * at least before somebody is asked; each attempt goes on where the last one was, and comes soon
   * after the link is back.
   */
  public static <T> T stream(Class<T> activities, HostId host) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.hostStreams(host), Duration.ofHours(24), Duration.ofSeconds(20))
            .setPriority(REPLICATION)
            .setRetryOptions(attempts(300, Duration.ofSeconds(2)))
            .build());
  }

  /** STORAGE_COPY into the engine's own image store. */
  public static <T> T imageStore(Class<T> activities) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.IMAGES, Duration.ofHours(24), Duration.ofSeconds(20))
            .setRetryOptions(attempts(5))
            .build());
  }

  /** As {@link #imageStore}, of what is short and does not wait for what is long. */
  public static <T> T shortImageStore(Class<T> activities) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.IMAGE_DELETES, Duration.ofSeconds(120), Duration.ofSeconds(20))
            .setRetryOptions(attempts(5))
            .build());
  }

  /** PROBE: waits on a host for something to become true; the activity bounds itself. */
  public static <T> T probe(Class<T> activities, HostId host, Duration atMost) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.hostWait(host), atMost.plusSeconds(30), Duration.ofSeconds(15))
            .setRetryOptions(attempts(5))
            .build());
  }

  /** UNDO: tried for ever, at most half a minute apart. */
  public static <T> T undo(Class<T> activities, HostId host) {
    return undo(activities, Queues.host(host));
  }

  /** UNDO of what waits in the host's wait queue. */
  public static <T> T undoWaiting(Class<T> activities, HostId host) {
    return undo(activities, Queues.hostWait(host));
  }

  /** UNDO in the engine's own image store. */
  public static <T> T undoImageStore(Class<T> activities) {
    return undo(activities, Queues.IMAGE_DELETES);
  }

  /**
   * UNDO of a MOVE, which may go through whole disks: as {@link #undo}, for as long as it takes. A
   * bound would have it begin again from its first byte, for ever.
   */
  public static <T> T undoMove(Class<T> activities, HostId host) {
    return undo(activities, Queues.hostMoves(host), Duration.ofHours(24), Duration.ofSeconds(20));
  }

  private static <T> T undo(Class<T> activities, String queue) {
    return undo(activities, queue, Duration.ofSeconds(120), Duration.ofSeconds(15));
  }

  private static <T> T undo(Class<T> activities, String queue, Duration close, Duration heartbeat) {
    return Workflow.newActivityStub(
        activities,
        host(queue, close, heartbeat)
            .setRetryOptions(
                RetryOptions.newBuilder()
                    .setInitialInterval(Duration.ofSeconds(1))
                    .setMaximumInterval(Duration.ofSeconds(30))
                    .build())
            .build());
  }

  /** One look at a host: not repeated, the next look comes anyway. */
  public static <T> T watch(Class<T> activities, HostId host, Duration atMost) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.hostWait(host), atMost.plusSeconds(20), Duration.ofSeconds(10))
            .setScheduleToStartTimeout(LOOK_TAKEN_WITHIN)
            .setRetryOptions(attempts(1))
            .build());
  }

  /** As {@link #watch}, of a host that is thought to be off: one that lives takes it at once. */
  public static <T> T atOnce(Class<T> activities, HostId host, Duration atMost) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.hostWait(host), atMost.plusSeconds(20), Duration.ofSeconds(10))
            .setScheduleToStartTimeout(TAKEN_AT_ONCE)
            .setRetryOptions(attempts(1))
            .build());
  }

  /** AGENT: a program of the operator's that an engine runs; it bounds itself. */
  public static <T> T agent(Class<T> activities) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.CONTROL, Duration.ofMinutes(6), Duration.ofSeconds(30))
            .setRetryOptions(attempts(2))
            .build());
  }

  /** CALLOUT: one call to somebody outside; when its engine dies another one makes it again. */
  public static <T> T callout(Class<T> activities, Duration atMost) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.CONTROL, atMost.plusSeconds(30), Duration.ofSeconds(15))
            .setRetryOptions(attempts(5))
            .build());
  }

  /**
   * PATIENCE: asked of an engine every few seconds, for as long as it takes. The attempts are
   * Temporal's, so the history does not grow.
   */
  public static <T> T patience(Class<T> activities) {
    return Workflow.newActivityStub(
        activities,
        ActivityOptions.newBuilder()
            .setTaskQueue(Queues.CONTROL)
            .setStartToCloseTimeout(Duration.ofSeconds(15))
            .setPriority(INTERACTIVE)
            .setRetryOptions(
                RetryOptions.newBuilder()
                    .setInitialInterval(Duration.ofSeconds(1))
                    .setMaximumInterval(Duration.ofSeconds(3))
                    .build())
            .build());
  }

  /** READ: somebody waits for the answer and can ask again, so it comes within seconds or fails. */
  public static <T> T read(Class<T> activities, HostId host) {
    return Workflow.newActivityStub(
        activities,
        host(Queues.hostWait(host), Duration.ofSeconds(5), Duration.ofSeconds(5))
            .setScheduleToStartTimeout(Duration.ofSeconds(5))
            .setRetryOptions(attempts(1))
            .build());
  }

  private static ActivityOptions.Builder host(String queue, Duration close, Duration heartbeat) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(queue)
        .setScheduleToStartTimeout(TAKEN_WITHIN)
        .setStartToCloseTimeout(close)
        .setHeartbeatTimeout(heartbeat)
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setPriority(INTERACTIVE);
  }

  private static RetryOptions attempts(int attempts) {
    return attempts(attempts, Duration.ofSeconds(10));
  }

  private static RetryOptions attempts(int attempts, Duration longestPause) {
    return RetryOptions.newBuilder()
        .setInitialInterval(Duration.ofMillis(500))
        .setMaximumInterval(longestPause)
        .setMaximumAttempts(attempts)
        .build();
  }
}
