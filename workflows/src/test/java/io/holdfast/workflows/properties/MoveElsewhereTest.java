package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import io.holdfast.workflows.properties.PropertyRun.Answer;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A target loses its power on the way, and a person has the move go on at another host. */
@Execution(ExecutionMode.CONCURRENT) // it is waiting, most of the time
class MoveElsewhereTest {
  private static final JobKind KIND = JobKind.MIGRATE_INSTANCE;
  private static final HostRef LOST = new HostRef(HostId.ofName("beta2"), "beta2");
  private static final HostRef OTHER = MigrationWorld.TARGET;
  private static final JobPolicy PAUSE = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);

  private final PropertyRun run = new PropertyRun(true);
  private final World lost = new World(new PrefixedFacts(run.world.facts, "lost:"));
  private final Object[] activities = {
    lost,
    new ProtectionWorld(lost),
    new VolumeWorld(lost),
    new SnapshotWorld(lost),
    new MovingHost(run.migrations, run.world, lost.facts)
  };
  private volatile WorkerFactory power = run.listen(LOST.id(), activities);

  @BeforeEach
  void aMove() {
    SagaPropertiesTest.prepare(run.world, KIND);
    run.migrations.target = LOST;
  }

  @AfterEach
  void close() {
    power.shutdownNow();
    run.close();
  }

  private void powerCut() {
    power.shutdownNow();
    power.awaitTermination(10, TimeUnit.SECONDS);
    assertThat(power.isTerminated()).isTrue();
  }

  /** The n-th time that the source is to freeze its disks. */
  private void atFreeze(int number, Runnable then) {
    AtomicInteger calls = new AtomicInteger();
    run.migrations.onFreeze =
        () -> {
          if (calls.incrementAndGet() == number) {
            then.run();
          }
        };
  }

  private Answer goOnAt(HostRef host) {
    return (hold, job) -> {
      run.migrations.target = host;
      PropertyRun.decide(JobVerb.RESUME, true, host.id()).to(hold, job);
    };
  }

  /** And then, at the first undo that waits, ends the job, so that the test need not wait. */
  private Answer andEndWhatWaits(Answer step) {
    return (hold, job) -> {
      if (hold.actions().contains(JobVerb.ABORT)) {
        step.to(hold, job);
      } else {
        run.world.ended = JobState.FAILED;
      }
    };
  }

  private void assertAnUndoWaited() {
    assertThat(run.world.patches).isEmpty();
    assertThat(run.world.holds).hasSize(2);
    assertThat(run.world.holds.get(1).actions()).containsExactly(JobVerb.RESUME, JobVerb.SKIP);
    assertThat(run.world.details)
        .anyMatch(said -> said.startsWith("Waits for the host worker of beta2 since"));
  }

  /** Its copy and its ports are in nobody's way; the source's overlays would be. */
  @Test
  void whatLiesAtASilentTargetIsLeftThere() {
    atFreeze(2, this::powerCut); // the first call of the copy
    List<Call> calls = run.run(KIND, Mode.NONE, 0, JobPolicy.DEFAULT, goOnAt(OTHER));
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.holds).extracting(JobHold::state).containsExactly(JobState.RUNNING);
    assertThat(calls.stream().map(Call::type))
        .containsSubsequence(
            "MergeOverlays", "ReleaseMigration", "ApplyPatch", "ReserveMigration", "SwitchOver");
    assertThat(run.migrations.leftBehind)
        .containsExactly(
            "copy-disks: left behind: beta2 does not answer",
            "connect-ports: left behind: beta2 does not answer");
    assertThat(lost.facts).containsExactly("ports");
    lost.facts.remove("ports");
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  /** It is cancelled at the second target: the claim is given back, and the job says the rest. */
  @Test
  void aMoveThatIsGivenUpLaterSaysWhatItLeft() {
    atFreeze(2, this::powerCut);
    run.migrations.onPrepare =
        () -> {
          throw Failures.of(FailureType.LIBVIRT_REFUSED, "Not now");
        };
    run.run(KIND, Mode.NONE, 0, JobPolicy.DEFAULT, goOnAt(OTHER));
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isFalse();
    assertThat(run.world.outcome.leftovers())
        .containsExactly(
            "copy-disks: left behind: beta2 does not answer",
            "connect-ports: left behind: beta2 does not answer");
    lost.facts.remove("ports");
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }

  /** It would be in the way there. */
  @Test
  void theSameHostIsWaitedFor() {
    atFreeze(2, this::powerCut);
    run.run(KIND, Mode.NONE, 0, JobPolicy.DEFAULT, andEndWhatWaits(goOnAt(LOST)));
    assertAnUndoWaited();
    assertThat(run.world.told).contains("copy-disks UNDOING").doesNotContain("copy-disks FAILED");
  }

  /** The guest may be half way there. */
  @Test
  void behindTheMarkOfTheHandoverItIsWaitedFor() {
    run.migrations.onSwitchOver =
        () -> {
          powerCut();
          throw Failures.of(FailureType.LIBVIRT_REFUSED, "The target does not answer");
        };
    run.run(KIND, Mode.NONE, 0, PAUSE, andEndWhatWaits(goOnAt(OTHER)));
    assertAnUndoWaited();
    assertThat(run.world.told)
        .contains("create-volumes UNDOING")
        .doesNotContain("create-volumes FAILED", "copy-disks UNDOING");
    assertThat(run.world.facts).contains("running");
  }

  /** The guest has written since: a whole copy of an earlier claim is of no use. */
  @Test
  void aMoveThatComesBackCopiesAnew() {
    run.migrations.writes.set(1); // so that one copy is whole when the next one begins
    Set<JobHold> answered = new HashSet<>();
    AtomicInteger freezes = new AtomicInteger();
    run.migrations.onFreeze =
        () -> {
          int call = freezes.incrementAndGet();
          if (call == 3) {
            powerCut();
          } else if (call == 4) { // at the second target
            throw Failures.of(FailureType.LIBVIRT_REFUSED, "Not now");
          }
        };
    List<Call> calls =
        run.run(
            KIND,
            Mode.NONE,
            0,
            PAUSE,
            (hold, job) -> {
              if (answered.add(hold)) {
                answer(answered.size(), hold, job);
              }
            });
    assertThat(answered).hasSize(3);
    assertThat(calls.stream().filter(call -> call.type().equals("SendFrozenDisk"))).hasSize(2);
  }

  /**
   * On to the other host; back again, once that one refuses; and enough, since nobody runs here.
   */
  private void answer(int number, JobHold hold, WorkflowStub job) {
    switch (number) {
      case 1 -> goOnAt(OTHER).to(hold, job);
      case 2 -> {
        power = run.listen(LOST.id(), activities);
        goOnAt(LOST).to(hold, job);
      }
      default -> PropertyRun.decide(JobVerb.ABORT, false).to(hold, job);
    }
  }
}
