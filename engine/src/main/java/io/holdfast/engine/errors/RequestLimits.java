package io.holdfast.engine.errors;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses bodies over 1 MiB (images stream past this limit), and queries on whatever changes
 * something: what a caller means by one must not be overlooked. POST and DELETE know those of every
 * job, and the end of a protection group one more.
 */
public final class RequestLimits implements ContainerRequestFilter {
  private static final Set<String> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final Set<String> QUERIES = Set.of("dryRun", "onFailure", "approval");
  private static final Pattern PURGES = Pattern.compile("v1/protection-groups/[^/:]+");
  private static final Pattern VALIDATES = Pattern.compile("v1/recovery-plans/[^/:]+:validate");
  private static final Set<String> PLANNED = Set.of(HttpMethod.POST, HttpMethod.DELETE);
  private static final int MAX_BODY_BYTES = 1 << 20;

  @Override
  public void filter(ContainerRequestContext request) {
    if (!READS.contains(request.getMethod())) {
      refuseQueries(request);
    }
    if (MediaType.APPLICATION_OCTET_STREAM_TYPE.isCompatible(request.getMediaType())) {
      return;
    }
    if (request.getLength() > MAX_BODY_BYTES) {
      throw tooLarge();
    }
    request.setEntityStream(new Limited(request.getEntityStream()));
  }

  private static void refuseQueries(ContainerRequestContext request) {
    for (String query : request.getUriInfo().getQueryParameters().keySet()) {
      boolean known = QUERIES.contains(query) && PLANNED.contains(request.getMethod());
      boolean purges = query.equals("purge") && asks(request, HttpMethod.DELETE, PURGES);
      boolean validates = query.equals("kind") && asks(request, HttpMethod.POST, VALIDATES);
      if (!known && !purges && !validates) {
        throw new ProblemException(
            ProblemCode.INVALID_REQUEST, "This call knows no query parameter " + query);
      }
    }
  }

  private static boolean asks(ContainerRequestContext request, String method, Pattern path) {
    return request.getMethod().equals(method)
        && path.matcher(request.getUriInfo().getPath()).matches();
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
