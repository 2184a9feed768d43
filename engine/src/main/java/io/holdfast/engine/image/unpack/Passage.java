package io.holdfast.engine.image.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What all layers of one content share: how large each may be, whom to tell of the progress, and
 * whether it was the sender that failed. A decompressor may wrap or swallow the exception of the
 * stream below it, so the first trouble that is not the content's own is kept here.
 */
final class Passage {
  /** Enough to tell every format that is known. */
  private static final int HEAD = 512;

  private static final int CHUNK = 1 << 18;

  private final long maxBytes;
  private final LongConsumer progress;
  private @Nullable Exception trouble;

  /**
   * @param maxBytes for what was sent, and for what comes out of each layer
   * @param progress gets the bytes that a layer has let through; what it throws ends the reading
   */
  Passage(long maxBytes, LongConsumer progress) {
    this.maxBytes = maxBytes;
    this.progress = progress;
  }

  /** The content as it is sent. */
  PushbackInputStream sent(InputStream content) {
    return peekable(new MeteredStream(content, "The content", this, true));
  }

  /** What is compressed in {@code content}, which begins so. */
  PushbackInputStream decompressed(Codec codec, InputStream content) throws IOException {
    String what = "What the " + codec.format() + " stream unpacks to";
    try {
      return peekable(new MeteredStream(codec.open(content), what, this, false));
    } catch (IOException | RuntimeException e) {
      throw refusal("The " + codec.format() + " stream", e);
    }
  }

  /** A file of an archive. */
  MeteredStream file(String name, InputStream content) {
    return new MeteredStream(content, "File " + name, this, false);
  }

  static PushbackInputStream peekable(InputStream content) {
    return new PushbackInputStream(content, HEAD);
  }

  /** The first bytes, which stay in the stream; fewer when it is shorter. */
  static byte[] head(PushbackInputStream content) throws IOException {
    byte[] head = content.readNBytes(HEAD);
    content.unread(head);
    return head;
  }

  static void copy(InputStream content, OutputStream target) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
      target.write(chunk, 0, read);
    }
  }

  static void drain(InputStream content) throws IOException {
    copy(content, OutputStream.nullOutputStream());
  }

  void passed(String what, long bytes) throws ContentTooLargeException {
    if (bytes > maxBytes) {
      throw new ContentTooLargeException(what, maxBytes);
    }
    try {
      progress.accept(bytes);
    } catch (RuntimeException stop) {
      trouble = stop;
      throw stop;
    }
  }

  /** Keeps the sender's own failure. */
  void blameSender(Exception failure) {
    trouble = failure;
  }

  /**
   * What to throw when a layer could not be read: the sender's failure when there was one, a
   * refusal that was made already, else that the content is broken.
   */
  IOException refusal(String what, Exception failure) {
    if (trouble instanceof RuntimeException stop) {
      throw stop;
    }
    if (trouble instanceof IOException lost) {
      return lost;
    }
    if (failure instanceof InvalidImageException || failure instanceof ContentTooLargeException) {
      return (IOException) failure;
    }
    return new InvalidImageException(
        what + " is broken or cut off: " + failure.getMessage(), failure);
  }
}
