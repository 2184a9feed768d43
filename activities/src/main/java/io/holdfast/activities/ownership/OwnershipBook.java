package io.holdfast.activities.ownership;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.config.OwnershipSettings;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The epoch by which this host holds each instance, or has lost it: a file each, whole and on the
 * disk before anything follows from it. A second file in a folder that is empty after a boot says
 * that the ledger has confirmed it since. libvirt's hook reads both (qemu-hook.sh).
 */
public final class OwnershipBook {
  /** The ledger confirms every minute; a host that was cut off for longer waits for its word. */
  private static final Duration GOOD_FOR = Duration.ofMinutes(3);

  private static final String BOOT = "boot";
  private static final long FIRST = 1;

  private final Path folder;
  private final Path confirmed;
  private final Clock clock;

  /** Makes the folders when they are first needed. */
  public OwnershipBook(OwnershipSettings settings, Clock clock) {
    folder = Path.of(settings.directory());
    confirmed = Path.of(settings.bootDirectory());
    this.clock = clock;
  }

  /** Names this boot of the host, as long as it lasts. */
  public synchronized String boot() {
    try {
      Optional<String> known = read(confirmed.resolve(BOOT));
      if (known.isPresent()) {
        return known.get().strip();
      }
      String fresh = UUID.randomUUID().toString();
      write(confirmed.resolve(BOOT), fresh);
      return fresh;
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * A job of the ledger's makes the instance here, or brings it here, so it is this host's. Fails
   * with OWNERSHIP_LOST when another one has taken over from it.
   */
  public synchronized void grant(InstanceId instance) {
    try {
      Owned owned = find(instance).orElse(new Owned(true, FIRST));
      if (!owned.held()) {
        throw lost(instance, owned);
      }
      keep(instance, owned);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * Writes what the ledger says. An epoch that is lower than the one that is known is an old word,
   * and so is one that gives back under the same epoch what was lost by it.
   */
  public synchronized void put(InstanceId instance, Owned said) {
    try {
      Optional<Owned> known = find(instance);
      boolean old =
          known.isPresent()
              && (said.epoch() < known.get().epoch()
                  || (said.epoch() == known.get().epoch() && said.held() && !known.get().held()));
      if (!old) {
        keep(instance, said);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * As {@link #put}, of an instance that is in the book already.
   *
   * @return false when it is not; then nothing was written
   */
  public synchronized boolean confirm(InstanceId instance, Owned said) {
    try {
      if (find(instance).isEmpty()) {
        return false;
      }
      put(instance, said);
      return true;
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * Asked before every start. Fails with OWNERSHIP_LOST, or with OWNERSHIP_UNCONFIRMED when the
   * ledger has not spoken since this boot, or not lately: a call may have lain in the host's queue
   * while the host was cut off and the instance recovered elsewhere.
   */
  public synchronized void require(InstanceId instance) {
    try {
      Optional<Owned> owned = find(instance);
      if (owned.isPresent() && !owned.get().held()) {
        throw lost(instance, owned.get());
      }
      Path word = confirmed.resolve(instance.toString());
      Optional<String> epoch = read(word);
      boolean told =
          owned.isPresent()
              && epoch.map(String::strip).equals(Optional.of(Long.toString(owned.get().epoch())));
      if (!told || isOld(Files.getLastModifiedTime(word).toInstant())) {
        throw Failures.of(
            FailureType.OWNERSHIP_UNCONFIRMED,
            "The ledger has not said lately that instance %s is this host's".formatted(instance));
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * True when another instance has taken over, or is about to; a host that knows nothing lost
   * nothing.
   */
  public synchronized boolean isLost(InstanceId instance) {
    try {
      return find(instance).filter(owned -> !owned.held()).isPresent();
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** The instance's domain is gone from this host; none is no error. */
  public synchronized void forget(InstanceId instance) {
    try {
      Files.deleteIfExists(confirmed.resolve(instance.toString()));
      Path file = folder.resolve(instance.toString());
      if (Files.isDirectory(folder)) {
        PoolFiles.startingWith(folder, instance.toString()).forEach(PoolFiles::deleteQuietly);
        PoolFiles.syncFolder(file);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private void keep(InstanceId instance, Owned owned) throws IOException {
    Path word = confirmed.resolve(instance.toString());
    if (!owned.held()) {
      Files.deleteIfExists(word);
    }
    if (!find(instance).equals(Optional.of(owned))) {
      write(folder.resolve(instance.toString()), owned.text());
    }
    if (owned.held()) {
      write(word, owned.epoch() + "\n");
    }
  }

  private boolean isOld(Instant confirmedAt) {
    return confirmedAt.isBefore(clock.instant().minus(GOOD_FOR));
  }

  /** A file that cannot be understood keeps the instance from starting until a person looks. */
  private Optional<Owned> find(InstanceId instance) throws IOException {
    Path file = folder.resolve(instance.toString());
    Optional<String> text = read(file);
    try {
      return text.map(Owned::parse);
    } catch (IllegalArgumentException spoilt) {
      throw new IOException("The ownership in %s cannot be read".formatted(file), spoilt);
    }
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.US_ASCII));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IOException("No folder for " + file);
    }
    Files.createDirectories(parent);
    Path staged = parent.resolve(PoolFiles.temporaryName(String.valueOf(file.getFileName())));
    Files.writeString(staged, text, StandardCharsets.US_ASCII);
    PoolFiles.publish(staged, file);
  }

  private static RuntimeException lost(InstanceId instance, Owned owned) {
    return Failures.of(
        FailureType.OWNERSHIP_LOST,
        "Another instance has taken over from %s (epoch %d)".formatted(instance, owned.epoch()));
  }
}
