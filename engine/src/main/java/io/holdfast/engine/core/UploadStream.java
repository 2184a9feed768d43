package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells a caller that breaks off from a store that fails: both are an IOException. */
final class UploadStream extends FilterInputStream {
  private long bytes;

  UploadStream(InputStream content) {
    super(content);
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    try {
      int read = super.read(into, offset, length);
      bytes += Math.max(0, read);
      return read;
    } catch (IOException e) {
      throw new ProblemException(
          ProblemCode.INVALID_REQUEST, "The content broke off after " + bytes + " bytes");
    }
  }
}
