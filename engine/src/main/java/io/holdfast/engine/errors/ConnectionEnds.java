package io.holdfast.engine.errors;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Refusals of requests whose body was not read to its end. A client that is still sending when the
 * server ends the connection may never see the answer, so the rest is read away first. Of a body
 * that is larger still, the refusal says that its connection ends ({@code Connection: close}, RFC
 * 9112 section 9.6): a client that was not told sends its next request into a closed connection,
 * and cannot know what became of it.
 */
public final class ConnectionEnds implements ContainerResponseFilter {
  /** Read away for a caller who is known, in bytes. */
  private static final int MOST = 16 << 20;

  /** Read away for anybody: a stranger must not keep a thread for long. */
  private static final int MOST_OF_STRANGERS = 1 << 16;

  private static final int FIRST_REFUSAL = 400;

  private final HttpServletRequest servlet;

  /** {@code servlet}: what Jersey sets, a view of the request that the calling thread serves. */
  public ConnectionEnds(@Context HttpServletRequest servlet) {
    this.servlet = servlet;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (response.getStatus() >= FIRST_REFUSAL
        && mayHaveBody()
        && !isReadAway(request.getSecurityContext().getUserPrincipal() == null)) {
      response.getHeaders().putSingle(HttpHeader.CONNECTION.asString(), "close");
    }
  }

  private boolean mayHaveBody() {
    return servlet.getContentLengthLong() > 0 || servlet.getHeader("Transfer-Encoding") != null;
  }

  private boolean isReadAway(boolean stranger) {
    try {
      ServletInputStream body = servlet.getInputStream();
      byte[] chunk = new byte[MOST_OF_STRANGERS];
      int left = stranger ? MOST_OF_STRANGERS : MOST;
      while (left > 0 && !body.isFinished()) {
        left -= Math.max(0, body.read(chunk));
      }
      return body.isFinished();
    } catch (IOException broken) {
      return false; // nothing more comes on this connection
    }
  }
}
