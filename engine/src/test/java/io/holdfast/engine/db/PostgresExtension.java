package io.holdfast.engine.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real PostgreSQL: one server a JVM, started with the first test class, and for each test class a
 * database of its own with the schema in it (a clone of a template, some 50 ms). Use as
 * {@code @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();}
 */
public final class PostgresExtension implements BeforeAllCallback {
  private static final String TEMPLATE = "holdfast_template";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private String name = "";

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    name = "test_" + DATABASES.incrementAndGet();
    run("create database " + name + " template " + TEMPLATE);
  }

  /** Each connection is a new one: no pool. */
  public DataSource dataSource() {
    return Server.POSTGRES.getDatabase("postgres", name);
  }

  public Database database() {
    return new Database(dataSource());
  }

  /** For a configuration file; the user is "postgres", without a password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://localhost:" + Server.POSTGRES.getPort() + "/" + name;
  }

  private static void run(String sql) throws SQLException {
    execute(Server.POSTGRES, sql);
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static final class Server {
    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "200")
                .start();
        execute(postgres, "create database " + TEMPLATE);
        new Database(postgres.getDatabase("postgres", TEMPLATE)).migrate();
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
