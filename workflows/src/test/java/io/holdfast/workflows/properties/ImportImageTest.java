package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.properties.Fault.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is an import's own; its properties are those of every kind of job. */
class ImportImageTest {
  private final PropertyRun run = new PropertyRun(true);

  @AfterEach
  void close() {
    run.close();
  }

  /** There is nothing to fetch for it, and other images' sources may take hours. */
  @ParameterizedTest
  @CsvSource({"true, " + Queues.IMAGE_DELETES, "false, " + Queues.IMAGES})
  void anUploadDoesNotWaitForWhatIsFetched(boolean uploaded, String queue) {
    SagaPropertiesTest.prepare(run.world, JobKind.IMPORT_IMAGE);
    run.images.uploaded = uploaded;
    run.run(JobKind.IMPORT_IMAGE, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.images.queue).isEqualTo(queue);
  }
}
