package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.StepState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job among many that does not come any further is seen. */
class QuietJobTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final JobKind KIND = JobKind.RELEASE_LEASE;
  private static final Instant NOW = Inventory.now();

  private final JobDao jobs = POSTGRES.database().daos().jobs();

  @Test
  void theOneThatHasNotChangedForTheLongestCounts() {
    JobRow first = accepted(300);
    JobRow second = accepted(200);
    assertThat(quiet()).isCloseTo(300, within(1.0));
    change(first, 50);
    assertThat(quiet()).isCloseTo(200, within(1.0));
    change(second, 20);
    assertThat(quiet()).isCloseTo(50, within(1.0));
    jobs.succeed(first.id(), JsonNodeFactory.instance.objectNode(), NOW);
    assertThat(quiet()).isCloseTo(20, within(1.0));
    jobs.succeed(second.id(), JsonNodeFactory.instance.objectNode(), NOW);
    assertThat(jobs.quiet(NOW)).noneMatch(job -> job.kind() == KIND);
  }

  private double quiet() {
    List<QuietJob> found = jobs.quiet(NOW).stream().filter(job -> job.kind() == KIND).toList();
    assertThat(found).extracting(QuietJob::state).containsExactly(JobState.PENDING);
    return found.get(0).seconds();
  }

  private void change(JobRow job, int secondsAgo) {
    Instant at = NOW.minusSeconds(secondsAgo);
    String step = KIND.steps().get(0);
    jobs.changeSteps(
        List.of(
            new StepChange(
                job.id(), step, StepState.RUNNING, 1, at, null, at, null, true, null, true)));
  }

  private JobRow accepted(int secondsAgo) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            KIND,
            TargetType.LEASE,
            UUID.randomUUID(),
            "quiet",
            JsonNodeFactory.instance.objectNode(),
            "tester",
            NOW.minusSeconds(secondsAgo));
    return jobs.accept(job, job.steps());
  }
}
