package io.holdfast.activities.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host may start, through boots, old words and long silences. */
class OwnershipBookTest {
  private static final InstanceId ID = InstanceId.of("00000000-0000-0000-0000-0000000000a1");

  @TempDir Path folder;
  private OwnershipBook book;

  @BeforeEach
  void open() {
    book = Books.in(folder);
  }

  @Test
  void whatIsMadeHereMayStartAlsoAfterARestartOfTheWorker() {
    assertRefused(FailureType.OWNERSHIP_UNCONFIRMED);
    book.grant(ID);
    assertMayStart();
    book = Books.in(folder);
    assertMayStart();
  }

  @Test
  void afterABootNothingMayStartUntilTheLedgerHasSpoken() {
    book.grant(ID);
    String before = book.boot();
    boot();
    assertThat(book.boot()).isNotEqualTo(before);
    assertRefused(FailureType.OWNERSHIP_UNCONFIRMED);
    book.put(ID, new Owned(true, 1));
    assertMayStart();
  }

  @Test
  void whatWasLostStaysLostWhateverOldWordComes() {
    book.grant(ID);
    book.put(ID, new Owned(false, 2));
    assertRefused(FailureType.OWNERSHIP_LOST);
    book.put(ID, new Owned(true, 1));
    assertRefused(FailureType.OWNERSHIP_LOST);
    book.put(ID, new Owned(true, 2));
    assertRefused(FailureType.OWNERSHIP_LOST);
    boot();
    assertRefused(FailureType.OWNERSHIP_LOST);
    assertThatThrownBy(() -> book.grant(ID)).matches(refused(FailureType.OWNERSHIP_LOST));
  }

  @Test
  void whatIsGivenBackUnderAHigherEpochMayStart() {
    book.put(ID, new Owned(false, 2));
    book.put(ID, new Owned(true, 3));
    assertMayStart();
    book.put(ID, new Owned(false, 2));
    assertMayStart();
  }

  /** A guest that runs here is handed over also while the ledger is away. */
  @Test
  void whatWasNotConfirmedLatelyIsNotLost() {
    assertThat(book.isLost(ID)).isFalse();
    book.grant(ID);
    boot();
    assertThat(book.isLost(ID)).isFalse();
    book.put(ID, new Owned(false, 2));
    assertThat(book.isLost(ID)).isTrue();
  }

  /** The ledger was read before a delete took the instance from the host. */
  @Test
  void aWordOnWhatWasForgottenMeanwhileLeavesNothing() throws IOException {
    book.grant(ID);
    assertThat(book.confirm(ID, new Owned(true, 1))).isTrue();
    book.forget(ID);
    assertThat(book.confirm(ID, new Owned(true, 1))).isFalse();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().contains(ID.toString()))).isEmpty();
    }
  }

  /** A call may have lain in the queue while the host was cut off. */
  @Test
  void anOldWordIsNotGoodEnoughForTheWorker() {
    book.grant(ID);
    Instant later = Instant.now().plus(Duration.ofMinutes(4));
    book = new OwnershipBook(Books.settings(folder), Clock.fixed(later, ZoneOffset.UTC));
    assertRefused(FailureType.OWNERSHIP_UNCONFIRMED);
  }

  @Test
  void aFileThatCannotBeReadStartsNothing() throws IOException {
    book.grant(ID);
    Files.writeString(folder.resolve("owned/" + ID), "HELD");
    assertRefused(FailureType.STORAGE_FAILED);
  }

  @Test
  void whatIsForgottenLeavesNoFile() throws IOException {
    book.grant(ID);
    book.forget(ID);
    book.forget(ID);
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private void boot() {
    try (Stream<Path> words = Files.list(folder.resolve("confirmed"))) {
      for (Path word : words.toList()) {
        Files.delete(word);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    book = Books.in(folder);
  }

  private void assertMayStart() {
    assertThatCode(() -> book.require(ID)).doesNotThrowAnyException();
  }

  private void assertRefused(FailureType type) {
    assertThatThrownBy(() -> book.require(ID)).matches(refused(type));
  }

  private static java.util.function.Predicate<Throwable> refused(FailureType type) {
    return thrown ->
        thrown instanceof ApplicationFailure failure && failure.getType().equals(type.name());
  }
}
