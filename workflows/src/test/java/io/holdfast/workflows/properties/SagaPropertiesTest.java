package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.lease.LeaseChecking;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three properties that every kind of job keeps, at each of its activity calls. */
@Execution(ExecutionMode.CONCURRENT)
class SagaPropertiesTest {
  private static final PropertyRuns RUNS = new PropertyRuns();

  /** Kinds with a point of no return. */
  static final Set<JobKind> ONWARDS =
      Set.of(
          JobKind.MIGRATE_INSTANCE,
          JobKind.EVACUATE_HOST,
          JobKind.REPROTECT_PLAN,
          JobKind.FAILBACK_PLAN);

  private static final Set<JobKind> ROUNDS = Set.of(JobKind.REPLICATE_GROUP, JobKind.MIGRATE_PLAN);

  @TestFactory
  Stream<DynamicTest> aFaultAtAnyCallLeavesTheWorldDoneOrUndone() {
    return Stream.of(JobKind.values())
        .flatMap(
            kind ->
                Stream.of(Mode.BEFORE, Mode.AFTER, Mode.CANCEL)
                    .map(
                        mode ->
                            DynamicTest.dynamicTest(
                                kind + " " + mode, () -> breakEachCall(kind, mode))));
  }

  @TestFactory
  Stream<DynamicTest> everyCallMadeTwiceIsTheSameAsOnce() {
    return Stream.of(JobKind.values())
        .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> repeatEachCall(kind)));
  }

  @TestFactory
  Stream<DynamicTest> aJobCancelledBeforeAnybodyTakesItIsCancelled() {
    return Stream.of(JobKind.values())
        .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> cancelBeforeTaken(kind)));
  }

  /** What a worker held until the job had been undone, or sent again, must not happen any more. */
  @TestFactory
  Stream<DynamicTest> aCallOfAHostThatComesTooLateIsRefused() {
    return Stream.of(JobKind.values())
        .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> deliverEachCallLate(kind)));
  }

  /** A guest that may run, since nobody could stop it, keeps the capacity that it runs on. */
  @Test
  void whatCouldNotBeUndoneKeepsItsClaim() {
    prepare(run().world, JobKind.CREATE_INSTANCE);
    run().fault.broken = Set.of("AwaitGuest", "StopDomain", "DeleteVolumes");
    run().run(JobKind.CREATE_INSTANCE, Mode.AFTER_EACH, 0);
    JobOutcome outcome = Objects.requireNonNull(run().world.outcome);
    assertThat(outcome.undone()).isFalse();
    assertThat(outcome.leftovers()).hasSize(3);
    assertThat(run().world.facts).contains("row", "reservation").doesNotContain("ports");
  }

  /** Its host is cut off when the recovery is given up, and a person goes on without it. */
  @Test
  void aSourceIsNotGivenBackWhileItsSuccessorMayRun() {
    prepare(run().world, JobKind.PROMOTE_INSTANCE);
    run().fault.broken = Set.of("AwaitGuest", "StopDomain", "UndefineDomain");
    run().run(JobKind.PROMOTE_INSTANCE, Mode.AFTER_EACH, 0);
    assertThat(run().world.facts).contains("fenced", "row", "reservation");
    assertThat(Objects.requireNonNull(run().world.outcome).leftovers())
        .anyMatch(left -> left.startsWith("fence-source: not undone: the new guest may run"));

    prepare(run().world, JobKind.PROMOTE_INSTANCE); // its disks alone are left
    run().fault.broken = Set.of("AwaitGuest", "DeleteVolumes");
    run().run(JobKind.PROMOTE_INSTANCE, Mode.AFTER_EACH, 0);
    assertThat(run().world.facts).contains("row", "reservation").doesNotContain("fenced");
  }

  /** What it was to record with itself is recorded all the same. */
  @Test
  void ofAJobWhoseLastStepIsRefusedTheOthersHaveSucceeded() {
    prepare(run().world, JobKind.DISCOVER_HOST);
    run().fault.broken = Set.of("CompleteDiscovery");
    run().run(JobKind.DISCOVER_HOST, Mode.REFUSE_EACH, 0);
    assertThat(run().world.told)
        .contains("discover SUCCEEDED", "record-host FAILED")
        .doesNotContain("record-host SUCCEEDED");
  }

  /** No call removes an image, so an undo that gave up would keep its name for ever. */
  @Test
  void anImportIsUndoneHoweverLongTheStoreIsAway() {
    prepare(run().world, JobKind.IMPORT_IMAGE);
    run().world.failingDeletes.set(8);
    run().fault.broken = Set.of("PlaceImage");
    run().run(JobKind.IMPORT_IMAGE, Mode.AFTER_EACH, 0);
    assertThat(Objects.requireNonNull(run().world.outcome).undone()).isTrue();
    assertThat(run().world.facts).doesNotContain("row", "content", "copy");
  }

  /** A volume cannot shrink: what grew keeps its space, and the job says so. */
  @Test
  void aVolumeThatGrewKeepsItsSpace() {
    prepare(run().world, JobKind.RESIZE_VOLUME);
    run().fault.broken = Set.of("GrowVolume");
    run().run(JobKind.RESIZE_VOLUME, Mode.AFTER_EACH, 0);
    JobOutcome outcome = Objects.requireNonNull(run().world.outcome);
    assertThat(outcome.undone()).isFalse();
    assertThat(outcome.leftovers()).first().asString().contains("grow-volume", "read back");
    assertThat(run().world.facts).contains("grown", "growth");
  }

  @TestFactory
  Stream<DynamicTest> aFaultOfAGrowthLeavesTheGuestRunningInEitherSize() {
    return Stream.of(Mode.BEFORE, Mode.AFTER, Mode.CANCEL)
        .map(mode -> DynamicTest.dynamicTest(mode.name(), () -> breakEachCallOfAGrowth(mode)));
  }

  @Test
  void aGrowthMadeTwiceIsTheSameAsOnceAndStopsNothing() {
    run().resizes.live = true;
    repeatEachCall(JobKind.RESIZE_INSTANCE);
    run().resizes.live = false;
    assertThat(run().world.recordedPower).isEqualTo(PowerState.RUNNING);
  }

  /** Memory that a guest uses is not taken from it: then the ledger says what it has. */
  @Test
  void whatAGuestKeepsOfAGrowthIsItsOwn() {
    prepare(run().world, JobKind.RESIZE_INSTANCE);
    run().resizes.live = true;
    run().resizes.keeps = true;
    run().fault.broken = Set.of("GrowDomain");
    run().run(JobKind.RESIZE_INSTANCE, Mode.AFTER_EACH, 0);
    run().resizes.live = false;
    run().resizes.keeps = false;
    JobOutcome outcome = Objects.requireNonNull(run().world.outcome);
    assertThat(outcome.undone()).isFalse();
    assertThat(outcome.leftovers())
        .first()
        .asString()
        .isEqualTo("resize-domain: the guest keeps 2 processors and 256 MiB");
    assertThat(run().world.facts).contains("running", "larger", "kept", "growth");
  }

  @Test
  void anInstanceThatIsOffIsResizedAndStaysOff() {
    run().world.reset(Set.of("domain"), false);
    run().run(JobKind.RESIZE_INSTANCE, Mode.NONE, 0);
    assertThat(run().world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run().world.facts).contains("larger").doesNotContain("running");
    assertThat(run().world.recordedPower).isEqualTo(PowerState.SHUTOFF);
  }

  @Test
  void anInstanceThatRunsIsNotStoppedUnasked() {
    prepare(run().world, JobKind.RESIZE_INSTANCE);
    run().resizes.restart = false;
    run().run(JobKind.RESIZE_INSTANCE, Mode.NONE, 0);
    run().resizes.restart = true;
    JobOutcome outcome = Objects.requireNonNull(run().world.outcome);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.INSTANCE_MUST_BE_STOPPED);
    assertThat(outcome.undone()).isTrue();
    Scenario.of(JobKind.RESIZE_INSTANCE).assertUnwound(run().world, JobKind.RESIZE_INSTANCE);
  }

  @Test
  void anInstanceThatRunsIsNotStoppedUnaskedForARestore() {
    prepare(run().world, JobKind.RESTORE_SNAPSHOT);
    run().snapshots.restart = false;
    run().run(JobKind.RESTORE_SNAPSHOT, Mode.NONE, 0);
    run().snapshots.restart = true;
    JobOutcome outcome = Objects.requireNonNull(run().world.outcome);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.INSTANCE_MUST_BE_STOPPED);
    Scenario.of(JobKind.RESTORE_SNAPSHOT).assertUnwound(run().world, JobKind.RESTORE_SNAPSHOT);
  }

  /** Once a replaced disk is gone, all of the restored ones stay. */
  @Test
  void aRestoreThatCouldNotDropWhatItReplacedStays() {
    prepare(run().world, JobKind.RESTORE_SNAPSHOT);
    run().fault.broken = Set.of("DropReplacedDisks");
    run().run(JobKind.RESTORE_SNAPSHOT, Mode.AFTER_EACH, 0);
    JobOutcome outcome = Objects.requireNonNull(run().world.outcome);
    assertThat(outcome.undone()).isFalse();
    assertThat(run().world.facts).contains("restored", "running").doesNotContain("replaced");
  }

  /** The call for several steps may end between any two of them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aHalfBuiltInstanceIsUndone(int done) {
    prepare(run().world, JobKind.CREATE_INSTANCE);
    run().world.buildStopsAfter = done;
    run().run(JobKind.CREATE_INSTANCE, Mode.NONE, 0);
    run().world.buildStopsAfter = World.BUILD.size();
    assertThat(run().world.told)
        .filteredOn(told -> told.endsWith(" FAILED"))
        .containsExactly(World.BUILD.get(done).getKey() + " FAILED");
    assertThat(Objects.requireNonNull(run().world.outcome).failure())
        .isEqualTo(new JobFailure(FailureType.STORAGE_FULL, "No space left", List.of("why")));
    assertEnded(run(), JobKind.CREATE_INSTANCE, "build that stops after " + done);
  }

  @AfterAll
  static void close() {
    RUNS.close();
  }

  private static PropertyRun run() {
    return RUNS.ofThisThread();
  }

  private static void breakEachCall(JobKind kind, Mode mode) {
    prepare(run().world, kind);
    List<Call> calls = run().run(kind, Mode.NONE, 0);
    assertThat(calls).hasSizeGreaterThan(2);
    for (int position = 1; position <= calls.size(); position++) {
      if (mode == Mode.CANCEL && calls.get(position - 1).local()) {
        continue; // the workflow sees it after the workflow task, which is the next call's case
      }
      prepare(run().world, kind);
      run().run(kind, mode, position);
      assertEnded(run(), kind, mode + " at call " + position);
    }
  }

  private static void breakEachCallOfAGrowth(Mode mode) {
    run().resizes.live = true;
    try {
      breakEachCall(JobKind.RESIZE_INSTANCE, mode);
    } finally {
      run().resizes.live = false;
    }
  }

  private static void deliverEachCallLate(JobKind kind) {
    prepare(run().world, kind);
    List<Call> calls = run().run(kind, Mode.NONE, 0);
    for (int position = 1; position <= calls.size(); position++) {
      Call call = calls.get(position - 1);
      if (!call.local() && isFenced(call.type())) {
        deliverLate(kind, call.type(), position);
      }
    }
  }

  private static void deliverLate(JobKind kind, String type, int position) {
    Scenario scenario = Scenario.of(kind);
    prepare(run().world, kind);
    run().run(kind, Mode.LATE, position);
    Runnable late = Objects.requireNonNull(run().fault.held, type);
    if (goesOn(kind, type) && run().world.ended == JobState.SUCCEEDED) {
      deliverTwice(kind, type, late); // behind the handover it is made again until it succeeds
      return;
    }
    assertThat(run().world.ended).as(type).isEqualTo(JobState.FAILED);
    if (scenario.rerunnable()) { // nothing was undone; the job that is sent again does the work
      run().world.forgetEnd();
      run().run(kind, Mode.NONE, 0);
    }
    Set<String> before = Scenario.relevant(run().world, kind);
    Throwable refusal = catchThrowable(late::run);
    assertThat(Scenario.relevant(run().world, kind)).as(type).isEqualTo(before);
    if (kind != JobKind.CREATE_INSTANCE || !type.equals("PlaceImage")) { // a copy may stay
      assertThat(refusal)
          .as(type)
          .satisfies(e -> assertThat(Failures.typeOf(e)).isEqualTo(FailureType.STALE_LEASE));
    }
  }

  /** A round whose purge fails leaves it to the next one. */
  private static boolean goesOn(JobKind kind, String type) {
    return ONWARDS.contains(kind) || (ROUNDS.contains(kind) && type.equals("DeleteReplica"));
  }

  /** The same call succeeded meanwhile, so that it may be refused or do nothing. */
  private static void deliverTwice(JobKind kind, String type, Runnable late) {
    Scenario.of(kind).assertDone(run().world, kind);
    Throwable refusal = catchThrowable(late::run);
    Scenario.of(kind).assertDone(run().world, kind);
    if (refusal != null) {
      assertThat(Failures.typeOf(refusal)).as(type).isEqualTo(FailureType.STALE_LEASE);
    }
  }

  private static boolean isFenced(String type) {
    return !LeaseChecking.EXEMPT.contains(type)
        && !List.of("FetchContent", "DeleteContent", "CallOut").contains(type); // the engine's own
  }

  private static void cancelBeforeTaken(JobKind kind) {
    try (PropertyRun run = new PropertyRun(false)) {
      prepare(run.world, kind);
      run.run(kind, Mode.CANCEL, 0);
      assertThat(run.world.ended).isEqualTo(JobState.CANCELLED);
      Scenario.of(kind).assertUnwound(run.world, kind);
    }
  }

  private static void repeatEachCall(JobKind kind) {
    prepare(run().world, kind);
    run().run(kind, Mode.TWICE, 0);
    assertThat(run().world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(kind).assertDone(run().world, kind);
  }

  static void assertEnded(PropertyRun run, JobKind kind, String where) {
    World world = run.world;
    Scenario scenario = Scenario.of(kind);
    JobState state = Objects.requireNonNull(world.ended, where);
    if (state == JobState.SUCCEEDED) {
      scenario.assertDone(world, kind);
      return;
    }
    JobOutcome outcome = Objects.requireNonNull(world.outcome, where);
    assertThat(outcome.leftovers().isEmpty()).as(where).isEqualTo(outcome.undone());
    if (outcome.undone()) {
      scenario.assertUnwound(world, kind);
    }
    if (!scenario.rerunnable()) {
      assertThat(outcome.undone()).as(where).isTrue();
      return;
    }
    assertThat(List.of(JobState.FAILED, JobState.CANCELLED)).as(where).contains(state);
    world.forgetEnd();
    run.run(kind, Mode.NONE, 0);
    assertThat(world.ended).as(where).isEqualTo(JobState.SUCCEEDED);
    scenario.assertDone(world, kind);
  }

  static void prepare(World world, JobKind kind) {
    Scenario scenario = Scenario.of(kind);
    world.reset(scenario.before(), !scenario.rerunnable());
  }
}
