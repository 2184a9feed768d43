package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.migration.MigrateInstanceWorkflow;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import io.holdfast.workflows.properties.MigrationWorld.Lost;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a migration's own; its properties are those of every kind of job. */
class MigrateInstanceTest {
  private static final JobKind KIND = JobKind.MIGRATE_INSTANCE;

  private final PropertyRun run = new PropertyRun(true);

  @BeforeEach
  void anInstance() {
    SagaPropertiesTest.prepare(run.world, KIND);
  }

  @AfterEach
  void close() {
    run.close();
  }

  /** Whatever a switchover left: the next one finds the target ready, and the guest moves. */
  @ParameterizedTest
  @EnumSource(Lost.class)
  void anAnswerThatIsLostCostsNobodyTheGuest(Lost lost) {
    run.migrations.lostAnswers.add(lost);
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(KIND).assertDone(run.world, KIND);
    assertThat(calls.stream().filter(call -> call.type().equals("SwitchOver")))
        .hasSize(lost == Lost.HANDED_OVER ? 1 : 2);
  }

  /** The link is away for longer: nothing is touched, and a person has it go on. */
  @Test
  void aPostCopyThatBrokeOffAsksAPersonAndGoesOn() {
    run.migrations.lostAnswers.add(Lost.POST_COPY);
    AtomicInteger calls = new AtomicInteger();
    run.migrations.onSwitchOver =
        () -> {
          if (calls.incrementAndGet() > 1 && run.world.holds.isEmpty()) {
            throw Failures.of(FailureType.MIGRATION_FAILED, "The link is down");
          }
        };
    JobPolicy pauses = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);
    List<Call> made =
        run.run(KIND, Mode.NONE, 0, pauses, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).extracting(JobHold::state).containsExactly(JobState.BLOCKED);
    assertThat(made.stream().filter(call -> call.type().equals("PrepareOverlays"))).hasSize(1);
    assertThat(made.stream().map(Call::type)).doesNotContain("EndMigration");
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  @Test
  void aPostCopyThatBrokeOffIsNotUndone() {
    run.migrations.lostAnswers.add(Lost.POST_COPY);
    AtomicInteger calls = new AtomicInteger();
    run.migrations.onSwitchOver =
        () -> {
          if (calls.incrementAndGet() > 1) {
            throw Failures.of(FailureType.MIGRATION_FAILED, "The link is down");
          }
        };
    run.run(KIND, Mode.NONE, 0, JobPolicy.DEFAULT, PropertyRun.decide(JobVerb.SKIP, false));
    assertThat(run.world.facts)
        .contains("broken", "volumes", "there:broken", "there:volumes", "there:ports");
    assertThat(Objects.requireNonNull(run.world.outcome).failure()).isNotNull();
    assertThat(Objects.requireNonNull(run.world.outcome.failure()).type())
        .isEqualTo(FailureType.OWNER_UNKNOWN);
    assertThat(run.world.outcome.leftovers())
        .contains("create-volumes: not undone: the guest may have gone over to beta1");
  }

  @Test
  void aLinkThatComesBackIsWaitedFor() {
    run.migrations.failingSwitches.set(3);
    run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.holds).isEmpty();
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  /** A first sync takes hours, and libvirt reads the disks for one at a time. */
  @Test
  void aRoundThatReadsTheDisksIsWaitedFor() {
    AtomicInteger rounds = new AtomicInteger(3);
    run.migrations.onFreeze =
        () -> {
          if (rounds.getAndDecrement() > 0) {
            throw Failures.of(FailureType.DISKS_BUSY, "a round reads them");
          }
        };
    run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.holds).extracting(JobHold::state).containsOnly(JobState.RUNNING);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(rounds).hasNegativeValue();
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  @Test
  void aLinkThatStaysAwayLeavesTheGuestWhereItRuns() {
    run.migrations.failingSwitches.set(100);
    run.run(KIND, Mode.NONE, 0);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isTrue();
    assertThat(Objects.requireNonNull(run.world.outcome.failure()).type())
        .isEqualTo(FailureType.MIGRATION_FAILED);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }

  /** Trying again would only slow it down again. */
  @Test
  void aGuestThatWritesFasterThanTheLinkIsNotTriedAgain() {
    run.migrations.onSwitchOver =
        () -> {
          throw Failures.of(FailureType.MIGRATION_TOO_SLOW, "It writes 812 MiB/s");
        };
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    assertThat(calls.stream().filter(call -> call.type().equals("SwitchOver"))).hasSize(1);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isTrue();
    assertThat(Objects.requireNonNull(run.world.outcome.failure()).type())
        .isEqualTo(FailureType.MIGRATION_TOO_SLOW);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }

  @Test
  void aGuestThatGoesDownWithItsNewHostHasMovedAllTheSame() {
    run.world.facts.add("there:going-down");
    run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("there:domain").doesNotContain("there:running", "domain");
  }

  @Test
  void whatWasCopiedIsKeptForAnotherAttemptWhichTakesItUp() {
    run.migrations.failingSwitches.set(8);
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    assertThat(calls.stream().map(Call::type)).contains("KeepReplica");
    assertThat(run.world.facts).contains("there:kept-root").doesNotContain("there:sealed-root");

    PropertyRun again = new PropertyRun(true);
    try {
      SagaPropertiesTest.prepare(again.world, KIND);
      again.world.facts.add("there:kept-root");
      again.run(KIND, Mode.NONE, 0);
      Scenario.of(KIND).assertDone(again.world, KIND);
    } finally {
      again.close();
    }
  }

  /** The change comes while a switchover runs, and the next call has not been made. */
  @Test
  void limitsThatChangeMeanwhileReachTheSource() {
    MigrationLimits faster = new MigrationLimits(500, 900, false);
    run.migrations.limits = new MigrationLimits(5, 300, false);
    CountDownLatch told = new CountDownLatch(2);
    run.migrations.onLimits = told::countDown;
    run.migrations.onSwitchOver =
        () -> {
          run.migrations.limits = faster;
          run.signal(MigrateInstanceWorkflow.LIMITS_CHANGED);
          assertThat(awaits(told)).isTrue();
        };
    run.run(KIND, Mode.NONE, 0);
    Scenario.of(KIND).assertDone(run.world, KIND);
    assertThat(run.migrations.toldLimits)
        .containsExactly(new MigrationLimits(5, 300, false), faster);
  }

  /** A person changed them while the disks were copied, and the copy began again. */
  @Test
  void limitsThatChangedStayWhenTheCopyIsTriedAgain() {
    MigrationLimits given = new MigrationLimits(5, 300, false);
    MigrationLimits faster = new MigrationLimits(500, 900, false);
    run.migrations.limits = given;
    AtomicInteger frozen = new AtomicInteger();
    run.migrations.onFreeze =
        () -> {
          if (frozen.incrementAndGet() == 2) { // the first call of the copy
            run.migrations.limits = faster;
            throw Failures.of(FailureType.LIBVIRT_REFUSED, "Not now");
          }
        };
    run.run(
        KIND,
        Mode.NONE,
        0,
        new JobPolicy(JobPolicy.OnFailure.PAUSE, false),
        PropertyRun.decide(JobVerb.RESUME, false));
    Scenario.of(KIND).assertDone(run.world, KIND);
    assertThat(run.migrations.toldLimits).containsExactly(given, faster);
  }

  @Test
  void limitsReachASourceThatWasAway() {
    MigrationLimits faster = new MigrationLimits(500, 900, false);
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch told = new CountDownLatch(2);
    run.migrations.onLimits =
        () -> {
          told.countDown();
          if (calls.incrementAndGet() == 1) { // as a call that nobody takes in time
            throw ApplicationFailure.newNonRetryableFailure("nobody is there", "Silence");
          }
        };
    run.migrations.onSwitchOver =
        () -> {
          run.migrations.limits = faster;
          run.signal(MigrateInstanceWorkflow.LIMITS_CHANGED);
          run.pass(Duration.ofSeconds(30));
          assertThat(awaits(told)).isTrue();
        };
    run.run(KIND, Mode.NONE, 0);
    Scenario.of(KIND).assertDone(run.world, KIND);
    assertThat(run.migrations.toldLimits).containsExactly(faster, faster);
  }

  @Test
  void aJobNamesTheHostThatItWaitsFor() {
    AtomicInteger calls = new AtomicInteger();
    run.migrations.onPrepare =
        () -> {
          if (calls.incrementAndGet() <= 5) {
            throw Failures.of(FailureType.LIBVIRT_UNAVAILABLE, "It is down");
          }
        };
    run.run(KIND, Mode.NONE, 0);
    Scenario.of(KIND).assertDone(run.world, KIND);
    assertThat(run.world.details)
        .anyMatch(said -> said.startsWith("Waits for libvirt of beta1 since"))
        .noneMatch(said -> said.startsWith("Waits for libvirt of alpha1"));
  }

  private static boolean awaits(CountDownLatch told) {
    try {
      return told.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Its worker is dead, and nobody else tells the source's libvirt that the job was cancelled. */
  @Test
  void aCancelEndsAMigrationThatNobodyFollows() {
    run.migrations.endings.set(3);
    run.migrations.onSwitchOver =
        () -> {
          run.world.facts.add("leaving");
          run.cancel();
          Fault.awaitCancellation(Activity.getExecutionContext());
          throw Failures.of(FailureType.MIGRATION_FAILED, "Its worker is dead");
        };
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.CANCELLED);
    assertThat(calls.stream().filter(call -> call.type().equals("EndMigration"))).hasSize(3);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }

  @Test
  void aMigrationThatDoesNotEndAsksAPerson() {
    run.migrations.endings.set(30);
    run.migrations.onSwitchOver =
        () -> {
          run.world.facts.add("leaving");
          throw ApplicationFailure.newNonRetryableFailure("its worker is dead", "Dead");
        };
    run.run(KIND, Mode.NONE, 0, JobPolicy.DEFAULT, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).hasSize(1);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }

  /** The next worker takes up what libvirt goes on with meanwhile. */
  @Test
  void aMigrationWhoseWorkerWasAwayIsFollowed() {
    AtomicInteger calls = new AtomicInteger();
    run.migrations.onSwitchOver =
        () -> {
          if (calls.getAndIncrement() == 0) {
            run.world.facts.add("leaving");
            throw Failures.of(FailureType.MIGRATION_FAILED, "libvirt was restarted");
          }
          assertThat(run.world.facts).contains("leaving");
        };
    List<Call> made = run.run(KIND, Mode.NONE, 0);
    assertThat(calls).hasValue(2);
    assertThat(made.stream().map(Call::type)).doesNotContain("EndMigration");
    assertThat(made.stream().filter(call -> call.type().equals("PrepareOverlays"))).hasSize(1);
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  /** Whatever is in the overlays has to be written into the disks, by one call. */
  @Test
  void aMergeMayTakeLongerThanAnyOtherUndo() {
    run.migrations.failingSwitches.set(8);
    AtomicInteger merges = new AtomicInteger();
    run.migrations.onMerge =
        () -> {
          merges.incrementAndGet();
          run.pass(Duration.ofMinutes(3));
        };
    run.run(KIND, Mode.NONE, 0);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
    assertThat(merges).hasValue(1);
  }

  @Test
  void anUndoneMoveLeavesNoLimits() {
    run.migrations.limits = new MigrationLimits(5, 300, false);
    run.migrations.failingSwitches.set(8);
    run.run(KIND, Mode.NONE, 0);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
    assertThat(run.migrations.toldLimits)
        .containsExactly(new MigrationLimits(5, 300, false), new MigrationLimits(0, 300, false));
  }

  @Test
  void anInstanceThatMayNotRunMeanwhileIsStoppedAndStarted() {
    run.migrations.mode = MigrationMode.COLD;
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    assertThat(calls.stream().map(Call::type))
        .contains("StopDomain", "StartDomain")
        .doesNotContain("SwitchOver");
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  /** Its host is cut off when the move is given up, and a person goes on without it. */
  @Test
  void aGuestThatMayRunAtItsTargetIsNotStartedAtItsSource() {
    run.migrations.mode = MigrationMode.COLD;
    run.migrations.onStopThere =
        () -> {
          throw Failures.of(FailureType.LIBVIRT_REFUSED, "It is cut off");
        };
    run.fault.broken = Set.of("ReadSide");
    run.run(KIND, Mode.REFUSE_EACH, 0, JobPolicy.DEFAULT, PropertyRun.decide(JobVerb.SKIP, false));
    assertThat(run.world.facts).contains("there:running").doesNotContain("running");
    assertThat(Objects.requireNonNull(run.world.outcome).leftovers())
        .contains("stop-domain: not undone: the guest may run at beta1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReadSide", "ResumeGuest"})
  void nothingIsRemovedWhileNobodyKnowsWhoseTheGuestIs(String refused) {
    run.migrations.lostAnswers.add(Lost.HANDED_OVER);
    run.migrations.onSwitchOver = () -> run.fault.broken = Set.of(refused);
    run.run(KIND, Mode.REFUSE_EACH, 0, JobPolicy.DEFAULT, PropertyRun.decide(JobVerb.SKIP, false));
    assertThat(run.world.facts)
        .contains("handed-over", "volumes", "there:paused", "there:volumes", "there:ports")
        .doesNotContain("running", "there:running");
    assertThat(Objects.requireNonNull(run.world.outcome).leftovers())
        .contains("create-volumes: not undone: the guest may have gone over to beta1");
  }

  @Test
  void anInstanceThatIsOffIsNotMovedLive() {
    run.world.facts.remove("running");
    run.migrations.mode = MigrationMode.LIVE;
    run.run(KIND, Mode.NONE, 0);
    assertThat(Objects.requireNonNull(run.world.outcome).failure()).isNotNull();
    assertThat(Objects.requireNonNull(run.world.outcome.failure()).type())
        .isEqualTo(FailureType.MIGRATION_REFUSED);
    assertThat(run.world.facts).contains("domain").doesNotContain("running", "there:reservation");
  }
}
