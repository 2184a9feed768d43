package io.holdfast.workflows.lease;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Round every activity of a host: what changes something must come with a lease that is good. */
public final class LeaseChecking extends WorkerInterceptorBase {
  /**
   * Activity types that change nothing, bring a lease as their argument, or are ordered by epochs
   * of ownership. All others need one; a test lists those.
   */
  public static final Set<String> EXEMPT =
      Set.of(
          "AwaitGuest",
          "CheckMemory",
          "CheckTarget",
          "CompareReplica",
          "ConfirmOwnership",
          "DescribeDomain",
          "DescribeMigratable",
          "DiscoverHost",
          "Disown",
          "ExtendLease",
          "ObserveHost",
          "ReadBoot",
          "ReadConsole",
          "ReadDomain",
          "ReadOverlays",
          "ReadScreen",
          "ReadSide",
          "ReadVolume",
          "ReadWatchdog",
          "RequireLinked",
          "RunProbe",
          "Seize",
          "TakeCensus",
          "VerifyReplica");

  private final LeaseGate gate;

  public LeaseChecking(LeaseGate gate) {
    this.gate = gate;
  }

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new Calls(next, gate);
  }

  private static final class Calls extends ActivityInboundCallsInterceptorBase {
    private final LeaseGate gate;
    private @Nullable ActivityInfo info;

    Calls(ActivityInboundCallsInterceptor next, LeaseGate gate) {
      super(next);
      this.gate = gate;
    }

    @Override
    public void init(ActivityExecutionContext context) {
      info = context.getInfo();
      super.init(context);
    }

    @Override
    public ActivityOutput execute(ActivityInput input) {
      ActivityInfo call = info;
      if (call == null) {
        throw new IllegalStateException("An activity without a context");
      }
      if (call.isLocal() || EXEMPT.contains(call.getActivityType())) {
        return super.execute(input);
      }
      List<Lease> leases = LeaseHeader.read(input.getHeader());
      if (leases.isEmpty()) {
        throw Failures.of(
            FailureType.STALE_LEASE, call.getActivityType() + " came without a lease");
      }
      return inside(leases, input);
    }

    /** A call waits for older ones only, so two that hold more than one never wait in a ring. */
    @SuppressWarnings("try") // the passage is held, not used
    private ActivityOutput inside(List<Lease> leases, ActivityInput input) {
      if (leases.isEmpty()) {
        return super.execute(input);
      }
      try (LeaseGate.Passage passage = gate.enter(leases.get(0))) {
        return inside(leases.subList(1, leases.size()), input);
      }
    }
  }
}
