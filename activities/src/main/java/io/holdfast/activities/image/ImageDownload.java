package io.holdfast.activities.image;

import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Fetches an image's content into a file and hashes it on the way. What an earlier run left is
 * hashed and kept; the rest is asked for with a Range. HttpURLConnection, because it can give up on
 * a source that falls silent in the middle of a body, and needs no threads of its own.
 */
final class ImageDownload {
  private static final int CHUNK = 256 << 10;
  private static final int BLOCK = 64 << 10;
  private static final byte[] ZEROS = new byte[BLOCK];
  private static final int SILENCE_MILLIS = 30_000;

  private final ImageSource source;
  private final Path target;
  private final MessageDigest digest;

  ImageDownload(ImageSource source, Path target) {
    this.source = source;
    this.target = target;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Brings the whole content; returns its SHA-256 in hex. Fails with IMAGE_SOURCE_UNREACHABLE when
   * the source does not answer, and leaves what it got. IOException: the pool.
   */
  String run() throws IOException {
    long size = source.image().sizeBytes();
    try (FileChannel file =
        FileChannel.open(
            target, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (file.size() > size) {
        file.truncate(0);
      }
      hashExisting(file);
      if (file.size() < size) {
        fetchRest(file, size);
      }
      file.force(true);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void hashExisting(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    file.position(0);
    while (file.read(buffer) >= 0) {
      Beat.current().check();
      digest.update(buffer.flip());
      buffer.clear();
    }
  }

  private void fetchRest(FileChannel file, long size) throws IOException {
    HttpURLConnection http = null;
    try {
      http = open(file.size());
      int status = http.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK && file.size() > 0) {
        file.truncate(0);
        digest.reset();
      } else if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_PARTIAL) {
        throw unreachable("HTTP status " + status, file.size());
      }
      try (InputStream body = http.getInputStream()) {
        copy(body, file, size);
      }
    } catch (SourceException silent) {
      throw unreachable(String.valueOf(silent.getMessage()), file.size());
    } finally {
      if (http != null) {
        http.disconnect();
      }
    }
    if (file.size() < size) {
      throw unreachable("the content ended early", file.size());
    }
  }

  private HttpURLConnection open(long from) throws SourceException {
    try {
      HttpURLConnection http =
          (HttpURLConnection) URI.create(source.url()).toURL().openConnection();
      http.setConnectTimeout(SILENCE_MILLIS);
      http.setReadTimeout(SILENCE_MILLIS);
      if (from > 0) {
        http.setRequestProperty("Range", "bytes=" + from + "-");
      }
      http.getResponseCode();
      return http;
    } catch (IOException | IllegalArgumentException | ClassCastException refused) {
      throw new SourceException(refused);
    }
  }

  /** Stops one byte past the promised size: the hash then tells that the content is another. */
  private void copy(InputStream body, FileChannel file, long size)
      throws IOException, SourceException {
    byte[] chunk = new byte[CHUNK];
    Beat beat = Beat.current();
    file.position(file.size());
    while (file.position() <= size) {
      beat.check();
      int read = read(body, chunk);
      if (read < 0) {
        return;
      }
      digest.update(chunk, 0, read);
      write(file, chunk, read, size);
      beat.progress(file.position());
    }
  }

  /**
   * Leaves a hole where zeros would be, but for the last: so the file's size is how far it is, or
   * less, and what is fetched again after a break are zeros.
   */
  private static void write(FileChannel file, byte[] chunk, int length, long size)
      throws IOException {
    for (int at = 0; at < length; ) {
      int block = (int) Math.min(length - at, BLOCK - file.position() % BLOCK);
      boolean zeros = Arrays.equals(chunk, at, at + block, ZEROS, 0, block);
      if (zeros && file.position() + block < size) {
        file.position(file.position() + block);
      } else {
        ByteBuffer bytes = ByteBuffer.wrap(chunk, at, block);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
      }
      at += block;
    }
  }

  /** Tells a source that fails from a pool that fails: both speak in IOExceptions. */
  private static int read(InputStream body, byte[] chunk) throws SourceException {
    try {
      return body.read(chunk);
    } catch (IOException broken) {
      throw new SourceException(broken);
    }
  }

  private RuntimeException unreachable(String why, long got) {
    return Failures.of(
        FailureType.IMAGE_SOURCE_UNREACHABLE,
        "Image " + source.image().name() + " could not be fetched",
        java.util.List.of(why, "got " + got + " of " + source.image().sizeBytes() + " bytes"));
  }

  private static final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    SourceException(Exception cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }
}
