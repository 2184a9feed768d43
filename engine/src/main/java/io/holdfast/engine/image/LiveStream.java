package io.holdfast.engine.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A content that is on its way into a file: while it comes, the file is as new as the last minute.
 * What is written does not say so, since of zeros, and of what else is in a tar, nothing is.
 */
final class LiveStream extends FilterInputStream {
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Path file;
  private final Clock clock;
  private Instant marked;

  LiveStream(InputStream content, Path file, Clock clock) {
    super(content);
    this.file = file;
    this.clock = clock;
    this.marked = clock.instant();
  }

  @Override
  public int read() throws IOException {
    mark();
    return super.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    mark();
    return super.read(into, offset, length);
  }

  private void mark() throws IOException {
    Instant now = clock.instant();
    if (Duration.between(marked, now).compareTo(EVERY) >= 0) {
      Files.setLastModifiedTime(file, FileTime.from(now));
      marked = now;
    }
  }
}
