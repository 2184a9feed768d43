package io.holdfast.engine.image.unpack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** One layer of a content: counted, bounded, and with its errors told apart. */
final class MeteredStream extends FilterInputStream {
  private static final int SKIP = 1 << 16;

  private final String what;
  private final Passage passage;
  private final boolean sent;
  private long bytes;

  /**
   * @param what it is, as the begin of a sentence
   * @param sent true for the content as it comes in, whose errors are the sender's
   */
  MeteredStream(InputStream content, String what, Passage passage, boolean sent) {
    super(content);
    this.what = what;
    this.passage = passage;
    this.sent = sent;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read;
    try {
      read = super.read(into, offset, length);
    } catch (IOException | RuntimeException e) {
      if (sent) {
        passage.blameSender(e);
        throw e;
      }
      throw passage.refusal(what, e);
    }
    if (read > 0) {
      bytes += read;
      passage.passed(what, bytes);
    }
    return read;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int read = read(one, 0, 1);
    return read < 0 ? -1 : one[0] & 0xff;
  }

  /** By reading, so that what is skipped counts as well. */
  @Override
  public long skip(long count) throws IOException {
    byte[] passed = new byte[(int) Math.max(0, Math.min(count, SKIP))];
    long skipped = 0;
    while (skipped < count) {
      int read = read(passed, 0, (int) Math.min(passed.length, count - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
