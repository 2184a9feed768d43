package io.holdfast.activities.migration.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.replication.backup.SentLeaves;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a move was told outlives its worker, and goes with the move. */
class MoveLimitsTest {
  private static final MigrationLimits GIVEN = new MigrationLimits(0, 300, false);
  private static final MigrationLimits TOLD = new MigrationLimits(50, 900, false);

  @TempDir Path folder;
  private final InstanceId instance = new InstanceId(UUID.randomUUID());
  private final JobId job = new JobId(UUID.randomUUID());

  @Test
  void theNewestHoldForTheirJobAlone() throws IOException {
    MoveLimits limits = new MoveLimits(folder.resolve("moves"));
    assertThat(limits.of(instance, job, GIVEN)).isEqualTo(GIVEN);
    limits.put(instance, job, GIVEN);
    limits.put(instance, job, TOLD);

    MoveLimits restarted = new MoveLimits(folder.resolve("moves"));
    assertThat(restarted.of(instance, job, GIVEN)).isEqualTo(TOLD);
    assertThat(restarted.of(instance, new JobId(UUID.randomUUID()), GIVEN)).isEqualTo(GIVEN);
    assertThat(restarted.of(new InstanceId(UUID.randomUUID()), job, GIVEN)).isEqualTo(GIVEN);
  }

  @Test
  void theyGoWithTheLeavesOfTheirInstance() throws IOException {
    MoveLimits limits = new MoveLimits(folder);
    limits.put(instance, job, TOLD);
    new SentLeaves(folder).forget(instance);
    assertThat(limits.of(instance, job, GIVEN)).isEqualTo(GIVEN);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }
}
