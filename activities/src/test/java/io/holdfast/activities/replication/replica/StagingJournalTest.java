package io.holdfast.activities.replication.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that were cut, as a pool does that runs full in the middle of one. */
class StagingJournalTest {
  private static final UUID VIEW = UUID.randomUUID();
  private static final StreamCounts COUNTS = new StreamCounts(4, 3, 2, 1);

  @TempDir Path folder;
  private Path file;
  private StagingJournal journal;

  @BeforeEach
  void open() {
    file = folder.resolve("journal");
    journal = new StagingJournal(file);
  }

  @Test
  void aLineIsWrittenOverOneThatWasCut() throws IOException {
    journal.begin(false);
    journal.view(VIEW);
    journal.mark(100, COUNTS);
    cut("mark 20");
    assertThat(journal.read()).isEqualTo(state(false, 100, null));

    journal.mark(200, COUNTS);
    assertThat(journal.read()).isEqualTo(state(false, 200, null));
    cut("mark 300 4 3 2 1\nend ab");
    journal.end("abcd", 300, COUNTS);
    assertThat(journal.read()).isEqualTo(state(false, 300, "abcd"));
  }

  @Test
  void oneWithoutItsFirstLinePromisesNothing() throws IOException {
    cut("");
    assertThat(journal.read().suspect()).isTrue();
    journal.view(VIEW);
    assertThat(journal.read().suspect()).isTrue();
    assertThat(journal.read().view()).isEqualTo(VIEW);
  }

  @Test
  void whoGoesOnWhereAnotherHasWrittenIsTold() throws IOException {
    journal.begin(false);
    journal.view(UUID.randomUUID());
    journal.view(VIEW);
    journal.mark(100, COUNTS);
    assertThat(journal.read()).isEqualTo(state(true, 100, null));
  }

  private void cut(String words) throws IOException {
    Files.writeString(file, words, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static StagingJournal.State state(boolean suspect, long offset, @Nullable String root) {
    return new StagingJournal.State(suspect, VIEW, offset, COUNTS, root);
  }
}
