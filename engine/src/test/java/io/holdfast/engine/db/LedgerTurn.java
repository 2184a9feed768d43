package io.holdfast.engine.db;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Two at once, of which one has the ledger's lock and the other comes before it has committed. */
public final class LedgerTurn {
  private static final long LONGEST = SECONDS.toNanos(30);

  private LedgerTurn() {}

  /** Writes {@code first}, and commits it once {@code second} waits for a lock or has ended. */
  public static <T> CompletableFuture<T> during(
      PostgresExtension postgres, Consumer<Daos> first, Supplier<T> second) {
    return postgres
        .database()
        .inTransaction(
            daos -> {
              daos.reservations().lockLedger();
              first.accept(daos);
              CompletableFuture<T> asked = CompletableFuture.supplyAsync(second);
              long deadline = System.nanoTime() + LONGEST;
              while (!asked.isDone() && !somebodyWaits(postgres)) {
                if (System.nanoTime() > deadline) {
                  throw new IllegalStateException("It neither waits nor ends");
                }
                LockSupport.parkNanos(MILLISECONDS.toNanos(20));
              }
              return asked;
            });
  }

  private static boolean somebodyWaits(PostgresExtension postgres) {
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet waiting =
            statement.executeQuery(
                """
                select 1 from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'
                """)) {
      return waiting.next();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
