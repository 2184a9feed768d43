package io.holdfast.engine.db;

import java.lang.reflect.Type;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.RowMapperFactory;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Reads every record of this package by its constructor, columns by their names. JDBI's own mapper
 * finds out anew for each result how its columns become a record's components, which took a fifth
 * of a busy engine's processor time; here that is kept for each list of columns. Thread-safe.
 */
final class RecordMappers implements RowMapperFactory {
  private final Map<Class<?>, RowMapper<?>> made = new ConcurrentHashMap<>();

  @Override
  public Optional<RowMapper<?>> build(Type type, ConfigRegistry config) {
    return type instanceof Class<?> one && isOurs(one)
        ? Optional.of(made.computeIfAbsent(one, each -> keeping(ConstructorMapper.of(each))))
        : Optional.empty();
  }

  private static boolean isOurs(Class<?> type) {
    return type.isRecord() && type.getPackage() == RecordMappers.class.getPackage();
  }

  private static <T> RowMapper<T> keeping(RowMapper<T> plain) {
    return new Keeping<>(plain, new ConcurrentHashMap<>());
  }

  /** As many lists of columns as there are statements. */
  private record Keeping<T>(RowMapper<T> plain, Map<List<String>, RowMapper<T>> byColumns)
      implements RowMapper<T> {
    @Override
    public T map(ResultSet rows, StatementContext context) throws SQLException {
      return specialize(rows, context).map(rows, context);
    }

    @Override
    public RowMapper<T> specialize(ResultSet rows, StatementContext context) throws SQLException {
      List<String> columns = columns(rows.getMetaData());
      RowMapper<T> known = byColumns.get(columns);
      if (known == null) {
        known = plain.specialize(rows, context);
        byColumns.put(columns, known);
      }
      return known;
    }

    private static List<String> columns(ResultSetMetaData of) throws SQLException {
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= of.getColumnCount(); i++) {
        columns.add(of.getColumnLabel(i));
      }
      return columns;
    }
  }
}
