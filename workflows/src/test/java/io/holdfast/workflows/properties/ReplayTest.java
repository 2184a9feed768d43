package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.holdfast.workflows.host.DiscoverHostWorkflow;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.properties.Histories.End;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.NonDeterministicException;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Open jobs replay their history with the code of the engine that takes them up. A change that
 * could not fails here. When it is meant, and no release has the old one: {@link
 * Histories#HOW_TO_RECORD}.
 */
class ReplayTest {
  /** Found, not listed, so that none is forgotten. */
  private static final Class<?>[] WORKFLOWS =
      new ClassFileImporter()
              .withImportOption(new ImportOption.DoNotIncludeTests())
              .importPackages("io.holdfast.workflows")
              .stream()
              .filter(type -> type.getSimpleName().endsWith("WorkflowImpl"))
              .map(JavaClass::reflect)
              .toArray(Class<?>[]::new);

  @BeforeAll
  static void recordWhenAsked() throws IOException {
    if (Boolean.getBoolean("histories.record")) {
      Histories.record();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfJobHasItsHistories(JobKind kind) {
    assertThat(End.values())
        .extracting(end -> Histories.of(kind, end))
        .allSatisfy(
            file ->
                assertThat(file)
                    .withFailMessage("There is no %s; write it: %s", file, Histories.HOW_TO_RECORD)
                    .exists());
  }

  @ParameterizedTest
  @MethodSource("files")
  void theCodeReplaysIt(Path file) throws Exception {
    replay(file, WORKFLOWS);
  }

  static List<Path> files() throws IOException {
    return Histories.all();
  }

  /** The same type and steps, and one timer before them. */
  public static final class ChangedWorkflow implements DiscoverHostWorkflow {
    @Override
    public void run(JobRequest request) {
      Workflow.sleep(Duration.ofSeconds(1));
      new io.holdfast.workflows.host.DiscoverHostWorkflowImpl().run(request);
    }
  }

  @Test
  void aChangeOfTheOrderOfCallsIsFound() {
    Stream.of(End.values())
        .forEach(
            end ->
                assertThatThrownBy(
                        () ->
                            replay(Histories.of(JobKind.DISCOVER_HOST, end), ChangedWorkflow.class))
                    .hasStackTraceContaining(NonDeterministicException.class.getName()));
  }

  private static void replay(Path file, Class<?>... workflows) throws Exception {
    try (TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance()) {
      Worker worker = environment.newWorker("replay", PropertyRun.CANCEL_AT_ONCE);
      worker.registerWorkflowImplementationTypes(workflows);
      worker.replayWorkflowExecution(WorkflowExecutionHistory.fromJson(Files.readString(file)));
    }
  }
}
