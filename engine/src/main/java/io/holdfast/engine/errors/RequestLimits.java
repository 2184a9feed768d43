package io.holdfast.engine.errors;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Refuses bodies over 1 MiB; images stream past this limit. */
public final class RequestLimits implements ContainerRequestFilter {
  private static final int MAX_BODY_BYTES = 1 << 20;

  @Override
  public void filter(ContainerRequestContext request) {
    if (MediaType.APPLICATION_OCTET_STREAM_TYPE.isCompatible(request.getMediaType())) {
      return;
    }
    if (request.getLength() > MAX_BODY_BYTES) {
      throw tooLarge();
    }
    request.setEntityStream(new Limited(request.getEntityStream()));
  }

  private static ProblemException tooLarge() {
    return new ProblemException(
        ProblemCode.BODY_TOO_LARGE, "A body has at most " + MAX_BODY_BYTES + " bytes");
  }

  /** For bodies that do not say their length. */
  private static final class Limited extends FilterInputStream {
    private int left = MAX_BODY_BYTES;

    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int bytes) {
      left -= bytes;
      if (left < 0) {
        throw tooLarge();
      }
    }
  }
}
