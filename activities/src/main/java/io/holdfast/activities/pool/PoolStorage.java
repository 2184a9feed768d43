package io.holdfast.activities.pool;

import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On which storage each pool lies, since its first use: an id in the pool's folder, which the
 * worker notes. When a mount is away, libvirt takes the folder below it for the pool; nothing of
 * what is missing there is gone, and what is placed there would be hidden once the mount is back.
 */
public final class PoolStorage implements Pools.Guard {
  private static final Logger LOG = LoggerFactory.getLogger(PoolStorage.class);
  private static final String ID = ".holdfast-pool";

  private final Path notes;

  /** {@code notes}: a folder of the worker's own, which outlives restarts. */
  public PoolStorage(Path notes) {
    this.notes = notes;
  }

  @Override
  public void require(String pool, Path folder) {
    try {
      Optional<String> before = DecidedFile.said(note(pool));
      if (before.isEmpty()) {
        remember(pool, folder);
        return;
      }
      String now = DecidedFile.said(folder.resolve(ID)).orElse("none");
      if (!now.equals(before.get())) {
        throw other(pool, folder, before.get(), now);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** True when the folder is not the pool's, or cannot be looked at. Writes nothing. */
  boolean isAway(String pool, Path folder) {
    try {
      Optional<String> before = DecidedFile.said(note(pool));
      return before.isPresent() && !before.equals(DecidedFile.said(folder.resolve(ID)));
    } catch (IOException failed) {
      LOG.warn("Pool {} cannot be looked at: {}", pool, failed.toString());
      return true;
    }
  }

  /** A pool that cannot be written to, or is full, is used as it is; the next use tries again. */
  private void remember(String pool, Path folder) throws IOException {
    String id;
    try {
      id = DecidedFile.decide(folder.resolve(ID), UUID.randomUUID().toString());
    } catch (IOException refused) {
      LOG.warn("Pool {} gets no id of its storage: {}", pool, refused.toString());
      return;
    }
    Files.createDirectories(notes);
    String unused = DecidedFile.decide(note(pool), id);
  }

  private RuntimeException other(String pool, Path folder, String before, String now) {
    return Failures.of(
        FailureType.STORAGE_FAILED,
        "Pool %s does not lie on the storage that it lay on before; is it mounted?".formatted(pool),
        List.of(
            "%s has %s in %s, not %s".formatted(folder, now, ID, before),
            "if other storage took its place, remove %s on this host".formatted(note(pool))));
  }

  private Path note(String pool) {
    return notes.resolve(pool);
  }
}
