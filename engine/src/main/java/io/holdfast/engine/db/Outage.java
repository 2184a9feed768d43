package io.holdfast.engine.db;

import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;

/** Tells a database that cannot answer now from a statement that is wrong. */
public final class Outage {
  private Outage() {}

  /**
   * True when the same statement may well succeed later. SQLState classes of PostgreSQL: 08
   * connection, 40 rolled back, 53 out of resources, 57P operator intervention.
   */
  public static boolean caused(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLTransientConnectionException
          || t instanceof SQLNonTransientConnectionException
          || t instanceof PoolExhaustedException
          || t instanceof ConnectException) {
        return true;
      }
    }
    String state = sqlState(failure);
    return state.startsWith("08")
        || state.startsWith("40")
        || state.startsWith("53")
        || state.startsWith("57P");
  }

  /** The SQLState of the first cause that has one; empty when none has. */
  public static String sqlState(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return "";
  }
}
