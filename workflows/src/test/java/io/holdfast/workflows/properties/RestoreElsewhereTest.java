package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The properties of a restore whose replicas have to be brought from another host. */
class RestoreElsewhereTest {
  private static final JobKind KIND = JobKind.RESTORE_POINT;

  private final PropertyRun run = new PropertyRun(true);

  @BeforeEach
  void theReplicasAreElsewhere() {
    run.protection.elsewhere = true;
    SagaPropertiesTest.prepare(run.world, KIND);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void eachDiskIsBroughtOnceAndNothingOfThatStays() {
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    assertThat(calls.stream().filter(call -> call.type().equals("SendReplica"))).hasSize(2);
    assertDone("undisturbed");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"BEFORE", "AFTER", "CANCEL"})
  void aFaultAtAnyCallLeavesTheWorldDoneOrUndone(Mode mode) {
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    for (int position = 1; position <= calls.size(); position++) {
      Call call = calls.get(position - 1);
      if (mode == Mode.CANCEL && call.local()) {
        continue; // the workflow sees it after the workflow task, which is the next call's case
      }
      SagaPropertiesTest.prepare(run.world, KIND);
      run.run(KIND, mode, position);
      String where = mode + " at " + call.type();
      if (run.world.ended == JobState.SUCCEEDED) {
        assertDone(where);
      } else {
        Scenario.of(KIND).assertUnwound(run.world, KIND);
        assertNothingBrought(where);
      }
    }
  }

  @Test
  void everyCallMadeTwiceIsTheSameAsOnce() {
    run.run(KIND, Mode.TWICE, 0);
    assertDone("twice");
  }

  private void assertDone(String where) {
    assertThat(run.world.ended).as(where).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(KIND).assertDone(run.world, KIND);
    assertNothingBrought(where);
  }

  private void assertNothingBrought(String where) {
    assertThat(run.world.facts)
        .as(where)
        .noneMatch(fact -> fact.startsWith("replica-") || fact.startsWith("sealed-"));
  }
}
