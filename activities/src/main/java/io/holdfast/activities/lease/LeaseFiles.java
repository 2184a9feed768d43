package io.holdfast.activities.lease;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.holdfast.workflows.lease.Lease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** One small file a resource, named by its id: generation and phase. */
final class LeaseFiles {
  /** No call lives for a day; what is older than this is no call's any more. */
  private static final Duration KEPT_FOR = Duration.ofDays(30);

  private static final Duration PRUNED_EVERY = Duration.ofDays(1);

  private final Path folder;
  private final Clock clock;
  private Instant prunedAt = Instant.MIN;

  LeaseFiles(Path folder, Clock clock) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.clock = clock;
  }

  Optional<Lease> read(UUID resource) throws IOException {
    Path file = folder.resolve(resource.toString());
    try {
      String[] words = Files.readString(file, US_ASCII).strip().split(" ", -1);
      return Optional.of(new Lease(resource, Long.parseLong(words[0]), Integer.parseInt(words[1])));
    } catch (NoSuchFileException unknown) {
      return Optional.empty();
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException spoilt) {
      throw new IOException("The lease in " + file + " cannot be read", spoilt);
    }
  }

  /** Whole and on the disk when it returns. */
  void write(Lease lease) throws IOException {
    Path file = folder.resolve(lease.resource().toString());
    Path staged = folder.resolve(lease.resource() + ".new");
    String text = "%d %d%n".formatted(lease.generation(), lease.phase());
    try (FileChannel channel =
        FileChannel.open(
            staged,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
      channel.force(true);
    }
    Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
    prune();
  }

  private void prune() throws IOException {
    Instant now = clock.instant();
    if (prunedAt.isAfter(now.minus(PRUNED_EVERY))) {
      return;
    }
    prunedAt = now;
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.toList();
    }
    for (Path file : files) {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(KEPT_FOR))) {
        Files.deleteIfExists(file);
      }
    }
  }
}
