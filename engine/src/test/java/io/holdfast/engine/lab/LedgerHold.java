package io.holdfast.engine.lab;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** A lock in the ledger that the step's transaction runs into. */
final class LedgerHold implements Hold {
  private static final Duration COMES = Duration.ofSeconds(60);
  private static final String CLAIMS = "lock table reservation in share row exclusive mode";
  private static final String RECORD =
      "select 1 from job_step where job_id = ? and name = ? for update";

  /** True while a transaction waits for what the connection that asks has locked. */
  private static final String BLOCKED_BY_ME =
      """
      select exists (select from pg_stat_activity
                     where pg_backend_pid() = any (pg_blocking_pids(pid)))
      """;

  private final Api api;
  private final @Nullable String after;
  private final String step;
  private final boolean claims;
  private @Nullable Connection connection;

  private LedgerHold(Api api, String step, @Nullable String after, boolean claims) {
    this.api = api;
    this.step = step;
    this.after = after;
    this.claims = claims;
  }

  /** Holds whoever claims capacity or gives it back. */
  static LedgerHold onClaims(Api api, String step) {
    return new LedgerHold(api, step, null, true);
  }

  /** Holds whoever writes that the step ended; taken once the step before it runs. */
  static LedgerHold onRecord(Api api, String step, String after) {
    return new LedgerHold(api, step, after, false);
  }

  /** Holds whoever writes that the step begins; the job has not come as far. */
  static LedgerHold onBeginning(Api api, String step) {
    return new LedgerHold(api, step, null, false);
  }

  @Override
  public void arm() {
    if (claims) {
      lock(CLAIMS);
    }
  }

  @Override
  public boolean holds(Api.Accepted job) {
    try {
      if (after != null) {
        await(() -> api.job(job.job()).filter(seen -> Api.runs(seen, after)).isPresent());
      }
      if (!claims) {
        lock(RECORD, UUID.fromString(job.job()), step);
      }
      await(this::isInTheWay);
      return true;
    } catch (ConditionTimeoutException gotAway) {
      return false;
    }
  }

  @Override
  public void close() {
    Connection held = connection;
    connection = null;
    if (held == null) {
      return;
    }
    try {
      held.abort(Runnable::run); // works on a database that was killed, too
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void lock(String statement, Object... values) {
    try {
      Connection opened = Ledger.connect();
      connection = opened;
      opened.setAutoCommit(false);
      try (PreparedStatement lock = opened.prepareStatement(statement)) {
        for (int i = 0; i < values.length; i++) {
          lock.setObject(i + 1, values[i]);
        }
        lock.execute();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a transaction waits for this one. */
  private boolean isInTheWay() throws SQLException {
    Connection held = Objects.requireNonNull(connection);
    try (Statement statement = held.createStatement();
        ResultSet waiting = statement.executeQuery(BLOCKED_BY_ME)) {
      return waiting.next() && waiting.getBoolean(1);
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(COMES).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
