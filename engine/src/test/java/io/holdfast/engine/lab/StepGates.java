package io.holdfast.engine.lab;

import io.holdfast.workflows.model.JobKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * Gates before steps, by their names, of whatever jobs: a step does not begin while its gate is
 * shut, and so the end of the one before it, which is written with it, is known to nobody. A
 * trigger has whoever writes that a step begins wait while a table names the gate. A database that
 * is killed comes back with its gates shut.
 */
final class StepGates implements AutoCloseable {
  private static final String WAITS =
      "select exists (select from pg_stat_activity where wait_event = 'PgSleep')";

  private Connection connection;

  /** {@code steps}: the gates that are shut at first. */
  StepGates(Set<String> steps) {
    try {
      connection = Ledger.connect();
      execute("create table lab_gate (name text primary key)");
      execute(
          """
          create function lab_gate() returns trigger language plpgsql as $$
          declare
            changed jsonb := to_jsonb(new);
            wanted text := coalesce(changed ->> 'name', 'end ' || (changed ->> 'kind'));
          begin
            while exists (select from lab_gate where name = wanted) loop
              perform pg_sleep(0.02);
            end loop;
            return new;
          end $$
          """);
      execute(
          """
          create trigger lab_gate before update on job_step for each row
          when (new.state = 'RUNNING' and old.state = 'PENDING') execute function lab_gate()
          """);
      execute(
          """
          create trigger lab_gate before update on job for each row
          when (new.state = 'SUCCEEDED' and old.state <> 'SUCCEEDED') execute function lab_gate()
          """);
      for (String step : steps) {
        execute("insert into lab_gate values (?)", step);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The gate before the good end of jobs of this kind. */
  static String end(JobKind kind) {
    return "end " + kind;
  }

  void open(String step) {
    try {
      execute("delete from lab_gate where name = ?", step);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether somebody waits at one of the gates. */
  boolean holdSomebody() {
    try (Statement statement = connection.createStatement();
        ResultSet waiting = statement.executeQuery(WAITS)) {
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
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whoever waits goes on first: what waits has the triggers' tables locked. */
  @Override
  public void close() {
    try {
      execute("delete from lab_gate");
      execute("drop function lab_gate cascade");
      execute("drop table lab_gate");
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(String statement, String... values) throws SQLException {
    try (PreparedStatement execution = connection.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        execution.setString(i + 1, values[i]);
      }
      execution.execute();
    }
  }
}
