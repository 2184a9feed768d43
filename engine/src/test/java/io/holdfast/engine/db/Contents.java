package io.holdfast.engine.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** All rows of all tables, to tell whether anything was written. */
public final class Contents {
  private Contents() {}

  /** By table, each row as PostgreSQL prints it. */
  public static Map<String, List<String>> of(DataSource source) {
    try (Connection connection = source.getConnection()) {
      Map<String, List<String>> contents = new TreeMap<>();
      String tables = "select tablename from pg_tables where schemaname = 'public' order by 1";
      for (String table : column(connection, tables)) {
        contents.put(table, column(connection, "select t::text from " + table + " t order by 1"));
      }
      return contents;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> column(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
