package io.holdfast.workflows.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.OwnershipActivities;
import io.holdfast.workflows.activity.OwnershipLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.HostWatchdog;
import io.holdfast.workflows.model.OwnershipOrder;
import io.holdfast.workflows.model.Queues;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which looks at a host make it silent. */
class WatchHostTest {
  private static final HostId HOST = HostId.ofName("watched");
  private static final long LEASE_MILLIS = 10_000;

  @Test
  void aDaemonThatIsBackAtOnceWasNeverSilent() {
    Watched host = watch(3, true, false, true, true);
    assertThat(host.recorded).containsExactly("seen", "seen", "seen");
  }

  @Test
  void aHostThatStaysAwayIsSilentAndSeenAsSoonAsItIsBack() {
    Watched host = watch(3, true, false, false, true);
    assertThat(host.recorded).containsExactly("seen", "silent", "seen");
    assertThat(host.waits).containsExactly(10, 10, 0, 0);
  }

  /** At first, and whenever it may have booted: not with every look. */
  @Test
  void aHostIsToldWhatItMayRunAsSoonAsItIsBack() {
    assertThat(watch(3, true, true, true).told).containsExactly("first");
    assertThat(watch(3, true, false, true, true).told).containsExactly("first", "second");
    assertThat(watch(3, true, false, false, true).told).containsExactly("first");
  }

  /** Nothing may start by the word before the watchdog is awake. */
  @Test
  void aHostWithAWatchdogGetsItsLeaseBeforeTheWord() {
    HostWatchdog watchdog = new HostWatchdog("first", 1_000, 30);
    assertThat(watch(watchdog, 2, true, true).told).containsExactly("first until 11000", "first");
  }

  private static Watched watch(int records, Boolean... answers) {
    return watch(null, records, answers);
  }

  /** Runs a watch until it has recorded so much; {@code answers}: which looks are answered. */
  private static Watched watch(@Nullable HostWatchdog watchdog, int records, Boolean... answers) {
    Watched host = new Watched(watchdog, records, List.of(answers));
    try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
      var control = temporal.newWorker(Queues.CONTROL);
      control.registerWorkflowImplementationTypes(WatchHostWorkflowImpl.class);
      control.registerActivitiesImplementations(host.ledger(), host);
      temporal.newWorker(Queues.hostWait(HOST)).registerActivitiesImplementations(host);
      temporal.start();
      WatchHostWorkflow watch =
          temporal
              .getWorkflowClient()
              .newWorkflowStub(
                  WatchHostWorkflow.class,
                  WorkflowOptions.newBuilder().setTaskQueue(Queues.CONTROL).build());
      assertThatThrownBy(() -> watch.run(HOST, new HostObservation(Map.of())))
          .isInstanceOf(WorkflowFailedException.class);
    }
    return host;
  }

  /** A host that answers as told, and the ledger, from which it is removed after some records. */
  private static final class Watched
      implements HostActivities, OwnershipActivities, OwnershipLedgerActivities {
    private final List<String> recorded = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> waits = Collections.synchronizedList(new ArrayList<>());
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Boolean> answers;
    private final int records;
    private final @Nullable HostWatchdog watchdog;

    Watched(@Nullable HostWatchdog watchdog, int records, List<Boolean> answers) {
      this.watchdog = watchdog;
      this.records = records;
      this.answers = new ArrayDeque<>(answers);
    }

    @Override
    public HostFacts discoverHost() {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized HostObservation observeHost(HostObservation known, int maxWaitSeconds) {
      waits.add(maxWaitSeconds);
      if (!answers.pop()) {
        throw Failures.of(FailureType.LIBVIRT_UNAVAILABLE, "libvirt does not answer now");
      }
      return new HostObservation(Map.of());
    }

    @Override
    public String readBoot() {
      return told.isEmpty() ? "first" : "second";
    }

    @Override
    public @Nullable HostWatchdog readWatchdog() {
      return watchdog;
    }

    @Override
    public long grantLease(HostId host, int resetSeconds) {
      return LEASE_MILLIS;
    }

    @Override
    public void endLease(HostId host) {
      assertThat(watchdog).isNull();
    }

    @Override
    public @Nullable Long leaseLeft(HostId host) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void extendLease(String boot, long uptimeMillis) {
      told.add("%s until %d".formatted(boot, uptimeMillis));
    }

    @Override
    public List<OwnershipOrder> ownership(HostId host) {
      return List.of();
    }

    @Override
    public List<CopyReport> confirmOwnership(String boot, List<OwnershipOrder> orders) {
      told.add(boot);
      return List.of();
    }

    @Override
    public void recordCopies(HostId host, List<CopyReport> copies) {}

    @Override
    public CopyReport disown(OwnershipOrder order) {
      throw new UnsupportedOperationException();
    }

    LedgerActivities ledger() {
      return (LedgerActivities)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {LedgerActivities.class},
              (proxy, method, arguments) -> {
                recorded.add(arguments[1] == null ? "silent" : "seen");
                if (recorded.size() == records) {
                  throw Failures.of(FailureType.NOT_FOUND, "There is no such host");
                }
                return null;
              });
    }
  }
}
