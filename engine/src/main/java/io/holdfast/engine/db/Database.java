package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.config.PlacementSettings;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.jackson2.Jackson2Config;
import org.jdbi.v3.jackson2.Jackson2Plugin;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The one way to PostgreSQL. Thread-safe.
 *
 * <p>Transactions run READ COMMITTED; a method that needs more says which row or lock it takes, and
 * why. A constraint that says no is a typed {@link DatabaseRefusal}, and does not spoil the
 * transaction.
 */
public final class Database {
  private final DataSource source;
  private final Jdbi jdbi;
  private final BoundHandle handles;
  private final Daos daos;

  /** With as many promises as are made unless told. */
  public Database(DataSource source) {
    this(source, PlacementSettings.DEFAULT);
  }

  public Database(DataSource source, PlacementSettings placement) {
    this.source = source;
    this.jdbi = jdbi(source);
    this.handles = new BoundHandle(jdbi);
    this.daos = new Daos(handles::dao, placement);
  }

  private static Jdbi jdbi(DataSource source) {
    Jdbi jdbi =
        Jdbi.create(source)
            .installPlugin(new SqlObjectPlugin())
            .installPlugin(new PostgresPlugin())
            .installPlugin(new Jackson2Plugin())
            .registerRowMapper(new RecordMappers());
    // An engine must read what a newer engine wrote.
    jdbi.getConfig(Jackson2Config.class)
        .setMapper(
            JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build());
    return jdbi;
  }

  /** Brings the schema up to date; safe when several engines start at once (Flyway's lock). */
  public void migrate() {
    Flyway.configure()
        .dataSource(source)
        .locations("classpath:io/holdfast/engine/db/migration")
        .load()
        .migrate();
  }

  /**
   * DAOs of which each call takes a connection of its own: for single reads and writes. Inside a
   * transaction their calls are part of it.
   */
  public Daos daos() {
    return daos;
  }

  /** Runs reads one after the other on one connection: each sees what was committed before it. */
  public <T extends @Nullable Object> T reading(Function<Daos, T> work) {
    return jdbi.withHandle(handle -> handles.with(handle, () -> work.apply(daos)));
  }

  /** Runs work in one transaction: all of it is written, or nothing when it throws. */
  public <T extends @Nullable Object> T inTransaction(Function<Daos, T> work) {
    return jdbi.inTransaction(handle -> handles.with(handle, () -> work.apply(daos)));
  }

  /** As {@link #inTransaction}; a rehearsal is rolled back and only its result stays. */
  public <T extends @Nullable Object> T inTransaction(boolean rehearsal, Function<Daos, T> work) {
    if (!rehearsal) {
      return inTransaction(work);
    }
    return jdbi.withHandle(
        handle -> {
          handle.begin();
          try {
            return handles.with(handle, () -> work.apply(daos));
          } finally {
            handle.rollback();
          }
        });
  }

  /** As {@link #inTransaction}, without a result. */
  public void useTransaction(Consumer<Daos> work) {
    inTransaction(
        (Daos all) -> {
          work.accept(all);
          return null;
        });
  }

  /** Asks the database for a sign of life; throws JDBI's exception when there is none. */
  public void ping() {
    jdbi.useHandle(handle -> handle.execute("select 1"));
  }
}
