package io.holdfast.engine.errors;

import io.holdfast.engine.db.Outage;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nobody foresaw: logged with an id, and answered with that id instead of a stack trace. A
 * database that is away is no defect but an outage, and says so.
 */
final class Defects {
  private static final Logger LOG = LoggerFactory.getLogger(Defects.class);

  private Defects() {}

  /** {@code method}: of the request. */
  static Response respond(Throwable failure, String method, String path) {
    if (Outage.caused(failure)) {
      LOG.warn("{}: database unavailable: {}", path, failure.getMessage());
      return ProblemResponses.of(
          Problem.of(ProblemCode.DATABASE_UNAVAILABLE, "Nothing was changed; try again"), path);
    }
    if ("23503"
        .equals(Outage.sqlState(failure))) { // foreign key: written between our look and our write
      return ProblemResponses.of(
          method.equals(HttpMethod.DELETE)
              ? Problem.of(ProblemCode.IN_USE, "Something refers to it")
              : Problem.of(
                  ProblemCode.UNKNOWN_REFERENCE, "What it refers to has just been deleted"),
          path);
    }
    if (failure instanceof EofException) {
      return ProblemResponses.of(
          Problem.of(ProblemCode.INVALID_REQUEST, "The body broke off before its end"), path);
    }
    if (failure.getCause() instanceof ZipException zip) { // the server's words for a bad body
      return ProblemResponses.of(
          Problem.of(
              ProblemCode.INVALID_REQUEST,
              "The body is not what its Content-Encoding says: " + zip.getMessage()),
          path);
    }
    if (failure instanceof HttpException http && http.getCode() < 500) {
      ProblemCode code = ProblemCode.ofStatus(http.getCode());
      return ProblemResponses.of(
          Problem.of(code, http.getCode(), String.valueOf(http.getReason())), path);
    }
    String id = UUID.randomUUID().toString();
    LOG.error("Defect {} while answering {}", id, path, failure);
    return ProblemResponses.of(
        Problem.of(ProblemCode.INTERNAL, "The engine's log has the cause under " + id), path);
  }
}
