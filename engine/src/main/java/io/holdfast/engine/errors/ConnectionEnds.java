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
 * The server ends a connection on which it left a body unread. The refusal then says so ({@code
 * Connection: close}, RFC 9112 section 9.6): a client that was not told sends its next request into
 * a closed connection, and cannot know what became of it.
 */
public final class ConnectionEnds implements ContainerResponseFilter {
  /** The rest of a body as small as this is read, and its connection lives on. */
  private static final int SMALL = 1 << 16;

  private static final int FIRST_REFUSAL = 400;

  private final HttpServletRequest servlet;

  /** {@code servlet}: what Jersey sets, a view of the request that the calling thread serves. */
  public ConnectionEnds(@Context HttpServletRequest servlet) {
    this.servlet = servlet;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (response.getStatus() >= FIRST_REFUSAL && mayHaveBody() && !isRead()) {
      response.getHeaders().putSingle(HttpHeader.CONNECTION.asString(), "close");
    }
  }

  private boolean mayHaveBody() {
    return servlet.getContentLengthLong() > 0 || servlet.getHeader("Transfer-Encoding") != null;
  }

  private boolean isRead() {
    try {
      ServletInputStream body = servlet.getInputStream();
      if (servlet.getContentLengthLong() <= SMALL) {
        body.readNBytes(SMALL);
      }
      return body.isFinished();
    } catch (IOException broken) {
      return false; // nothing more comes on this connection
    }
  }
}
