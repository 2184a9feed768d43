package io.holdfast.engine.errors;

import jakarta.ws.rs.core.Response;
import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nobody foresaw: logged with an id, and answered with that id instead of a stack trace. A
 * database that is away is no defect but an outage, and says so.
 */
final class Defects {
  private static final Logger LOG = LoggerFactory.getLogger(Defects.class);

  private Defects() {}

  static Response respond(Throwable failure, String path) {
    if (databaseIsAway(failure)) {
      LOG.warn("{}: database unavailable: {}", path, failure.getMessage());
      return ProblemResponses.of(
          Problem.of(ProblemCode.DATABASE_UNAVAILABLE, "Nothing was changed; try again"), path);
    }
    String id = UUID.randomUUID().toString();
    LOG.error("Defect {} while answering {}", id, path, failure);
    return ProblemResponses.of(
        Problem.of(ProblemCode.INTERNAL, "The engine's log has the cause under " + id), path);
  }

  /** SQLState classes: 08 connection, 53 out of resources, 57 operator intervention. */
  private static boolean databaseIsAway(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLTransientConnectionException
          || t instanceof SQLNonTransientConnectionException
          || t instanceof org.apache.tomcat.jdbc.pool.PoolExhaustedException
          || t instanceof ConnectException) {
        return true;
      }
      if (t instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        if (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P")) {
          return true;
        }
      }
    }
    return false;
  }
}
