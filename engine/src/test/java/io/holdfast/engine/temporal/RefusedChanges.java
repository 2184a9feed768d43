package io.holdfast.engine.temporal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Has the database refuse each change of one row, until it is closed.
 *
 * @param table of the row
 */
record RefusedChanges(DataSource source, String table) implements AutoCloseable {
  static RefusedChanges of(DataSource source, String table, UUID id) throws SQLException {
    RefusedChanges refused = new RefusedChanges(source, table);
    refused.execute(
        """
        create function refuses() returns trigger language plpgsql as
          $$ begin raise exception 'it cannot'; end $$;
        create trigger refuses before update on %s
          for each row when (new.id = '%s') execute function refuses()
        """
            .formatted(table, id));
    return refused;
  }

  @Override
  public void close() throws SQLException {
    execute("drop trigger refuses on %s; drop function refuses".formatted(table));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
