package io.holdfast.engine.lab;

import io.holdfast.workflows.model.JobKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Gates before steps, by their names, of whatever jobs: a step does not begin while its gate is
 * shut, and so the end of the one before it, which is written with it, is known to nobody. A
 * trigger has whoever writes that a step begins wait for a lock that is held here. That goes with a
 * database that is killed, and is taken again.
 */
final class StepGates implements AutoCloseable {
  private static final String LOCKS = "select pg_advisory_lock(hashtext('lab_gate ' || ?))";
  private static final String UNLOCKS = "select pg_advisory_unlock(hashtext('lab_gate ' || ?))";

  private final Set<String> shut;
  private Connection connection;

  /** {@code steps}: the gates that are shut at first. */
  StepGates(Set<String> steps) {
    shut = new LinkedHashSet<>(steps);
    try {
      connection = Ledger.connect();
      execute(
          """
          create or replace function lab_gate() returns trigger language plpgsql as $$
          declare
            changed jsonb := to_jsonb(new);
            gate text := coalesce(changed ->> 'name', 'end ' || (changed ->> 'kind'));
          begin
            perform pg_advisory_xact_lock_shared(hashtext('lab_gate ' || gate));
            return new;
          end $$
          """);
      execute(
          """
          create or replace trigger lab_gate before update on job_step for each row
          when (new.state = 'RUNNING' and old.state = 'PENDING') execute function lab_gate()
          """);
      execute(
          """
          create or replace trigger lab_gate before update on job for each row
          when (new.state = 'SUCCEEDED' and old.state <> 'SUCCEEDED') execute function lab_gate()
          """);
      lockAll();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The gate before the good end of jobs of this kind. */
  static String end(JobKind kind) {
    return "end " + kind;
  }

  void open(String step) {
    if (shut.remove(step)) {
      try {
        lock(UNLOCKS, step);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Whether somebody waits at one of the gates. */
  boolean holdSomebody() {
    try (Statement statement = connection.createStatement();
        ResultSet waiting = statement.executeQuery(Ledger.BLOCKED_BY_ME)) {
      return waiting.next() && waiting.getBoolean(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The database was killed, and is there again. */
  void again() {
    try {
      connection.abort(Runnable::run);
      connection = Ledger.connect();
      lockAll();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      execute("select pg_advisory_unlock_all()");
      execute("drop function lab_gate cascade");
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void lockAll() throws SQLException {
    for (String step : shut) {
      lock(LOCKS, step);
    }
  }

  private void lock(String statement, String step) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(statement)) {
      lock.setString(1, step);
      lock.execute();
    }
  }

  private void execute(String statement) throws SQLException {
    try (Statement execution = connection.createStatement()) {
      execution.execute(statement);
    }
  }
}
