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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three properties that every kind of job keeps, at each of its activity calls. */
class SagaPropertiesTest {
  private static final PropertyRun RUN = new PropertyRun(true);

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
    prepare(RUN.world, JobKind.CREATE_INSTANCE);
    RUN.fault.broken = Set.of("AwaitGuest", "StopDomain", "DeleteVolumes");
    RUN.run(JobKind.CREATE_INSTANCE, Mode.AFTER_EACH, 0);
    JobOutcome outcome = Objects.requireNonNull(RUN.world.outcome);
    assertThat(outcome.undone()).isFalse();
    assertThat(outcome.leftovers()).hasSize(3);
    assertThat(RUN.world.facts).contains("row", "reservation").doesNotContain("ports");
  }

  /** No call removes an image, so an undo that gave up would keep its name for ever. */
  @Test
  void anImportIsUndoneHoweverLongTheStoreIsAway() {
    prepare(RUN.world, JobKind.IMPORT_IMAGE);
    RUN.world.failingDeletes.set(8);
    RUN.fault.broken = Set.of("PlaceImage");
    RUN.run(JobKind.IMPORT_IMAGE, Mode.AFTER_EACH, 0);
    assertThat(Objects.requireNonNull(RUN.world.outcome).undone()).isTrue();
    assertThat(RUN.world.facts).doesNotContain("row", "content", "copy");
  }

  /** A volume cannot shrink: what grew keeps its space, and the job says so. */
  @Test
  void aVolumeThatGrewKeepsItsSpace() {
    prepare(RUN.world, JobKind.RESIZE_VOLUME);
    RUN.fault.broken = Set.of("GrowVolume");
    RUN.run(JobKind.RESIZE_VOLUME, Mode.AFTER_EACH, 0);
    JobOutcome outcome = Objects.requireNonNull(RUN.world.outcome);
    assertThat(outcome.undone()).isFalse();
    assertThat(outcome.leftovers()).first().asString().contains("grow-volume", "read back");
    assertThat(RUN.world.facts).contains("grown", "growth");
  }

  @Test
  void anInstanceThatIsOffIsResizedAndStaysOff() {
    RUN.world.reset(Set.of("domain"), false);
    RUN.run(JobKind.RESIZE_INSTANCE, Mode.NONE, 0);
    assertThat(RUN.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(RUN.world.facts).contains("larger").doesNotContain("running");
    assertThat(RUN.world.recordedPower).isEqualTo(PowerState.SHUTOFF);
  }

  @Test
  void anInstanceThatRunsIsNotStoppedUnasked() {
    prepare(RUN.world, JobKind.RESIZE_INSTANCE);
    RUN.resizes.restart = false;
    RUN.run(JobKind.RESIZE_INSTANCE, Mode.NONE, 0);
    RUN.resizes.restart = true;
    JobOutcome outcome = Objects.requireNonNull(RUN.world.outcome);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.INSTANCE_MUST_BE_STOPPED);
    assertThat(outcome.undone()).isTrue();
    Scenario.of(JobKind.RESIZE_INSTANCE).assertUnwound(RUN.world, JobKind.RESIZE_INSTANCE);
  }

  /** The call for several steps may end between any two of them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aHalfBuiltInstanceIsUndone(int done) {
    prepare(RUN.world, JobKind.CREATE_INSTANCE);
    RUN.world.buildStopsAfter = done;
    RUN.run(JobKind.CREATE_INSTANCE, Mode.NONE, 0);
    RUN.world.buildStopsAfter = World.BUILD.size();
    assertThat(RUN.world.failedSteps).containsExactly(World.BUILD.get(done).getKey());
    assertThat(Objects.requireNonNull(RUN.world.outcome).failure())
        .isEqualTo(new JobFailure(FailureType.STORAGE_FULL, "No space left", List.of("why")));
    assertEnded(JobKind.CREATE_INSTANCE, "build that stops after " + done);
  }

  @AfterAll
  static void close() {
    RUN.close();
  }

  private static void breakEachCall(JobKind kind, Mode mode) {
    prepare(RUN.world, kind);
    List<Call> calls = RUN.run(kind, Mode.NONE, 0);
    assertThat(calls).hasSizeGreaterThan(2);
    for (int position = 1; position <= calls.size(); position++) {
      if (mode == Mode.CANCEL && calls.get(position - 1).local()) {
        continue; // the workflow sees it after the workflow task, which is the next call's case
      }
      prepare(RUN.world, kind);
      RUN.run(kind, mode, position);
      assertEnded(kind, mode + " at call " + position);
    }
  }

  private static void deliverEachCallLate(JobKind kind) {
    prepare(RUN.world, kind);
    List<Call> calls = RUN.run(kind, Mode.NONE, 0);
    for (int position = 1; position <= calls.size(); position++) {
      Call call = calls.get(position - 1);
      if (!call.local() && isFenced(call.type())) {
        deliverLate(kind, call.type(), position);
      }
    }
  }

  private static void deliverLate(JobKind kind, String type, int position) {
    Scenario scenario = Scenario.of(kind);
    prepare(RUN.world, kind);
    RUN.run(kind, Mode.LATE, position);
    assertThat(RUN.world.ended).as(type).isEqualTo(JobState.FAILED);
    Runnable late = Objects.requireNonNull(RUN.fault.held, type);
    if (scenario.rerunnable()) { // nothing was undone; the job that is sent again does the work
      RUN.world.forgetEnd();
      RUN.run(kind, Mode.NONE, 0);
    }
    Set<String> before = Scenario.relevant(RUN.world, kind);
    Throwable refusal = catchThrowable(late::run);
    assertThat(Scenario.relevant(RUN.world, kind)).as(type).isEqualTo(before);
    if (kind != JobKind.CREATE_INSTANCE || !type.equals("PlaceImage")) { // a copy may stay
      assertThat(refusal)
          .as(type)
          .satisfies(e -> assertThat(Failures.typeOf(e)).isEqualTo(FailureType.STALE_LEASE));
    }
  }

  private static boolean isFenced(String type) {
    return !LeaseChecking.EXEMPT.contains(type)
        && !List.of("FetchContent", "DeleteContent").contains(type); // the engine's own
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
    prepare(RUN.world, kind);
    RUN.run(kind, Mode.TWICE, 0);
    assertThat(RUN.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(kind).assertDone(RUN.world, kind);
  }

  private static void assertEnded(JobKind kind, String where) {
    World world = RUN.world;
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
    RUN.run(kind, Mode.NONE, 0);
    assertThat(world.ended).as(where).isEqualTo(JobState.SUCCEEDED);
    scenario.assertDone(world, kind);
  }

  static void prepare(World world, JobKind kind) {
    Scenario scenario = Scenario.of(kind);
    world.reset(scenario.before(), !scenario.rerunnable());
  }
}
