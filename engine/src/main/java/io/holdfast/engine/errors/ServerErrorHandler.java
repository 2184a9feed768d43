package io.holdfast.engine.errors;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Jetty's own refusals (a request line that is no HTTP, a header too long) as problems. */
public final class ServerErrorHandler extends ErrorHandler {
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    respond(response, code, message, callback);
  }

  static void respond(Response response, int code, @Nullable String message, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    response.getHeaders().put(HttpHeader.CONNECTION, "close"); // which Jetty does after a refusal
    byte[] body = ProblemBytes.of(code, detail(code, message));
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  private static String detail(int status, @Nullable String message) {
    return message == null || status >= 500 ? HttpStatus.getMessage(status) : message;
  }
}
