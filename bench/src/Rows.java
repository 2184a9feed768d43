import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Inventory written straight into the lab's database: hosts and instances that nobody built. All
 * their names begin with bench-row-, and {@link #close} takes them away with their jobs. The hosts
 * stay REGISTERED, so that the engine watches none of them.
 */
final class Rows implements AutoCloseable {
  static final String PREFIX = "bench-row-";
  static final String NETWORK = PREFIX + "network";

  private static final String MINE = "(select id from instance where name like '" + PREFIX + "%')";

  private final Connection connection;

  Rows() throws SQLException {
    URI url = URI.create(System.getenv("DATABASE_URL"));
    String[] user = url.getUserInfo().split(":", 2);
    connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d%s".formatted(url.getHost(), url.getPort(), url.getPath()),
            user[0],
            user[1]);
    clear();
  }

  /** A host at a site that is there; returns its name, from which its id derives. */
  String host(String name, String site) throws SQLException {
    String full = PREFIX + name;
    byte[] seed = ("holdfast-host:" + full).getBytes(StandardCharsets.UTF_8);
    update(
        """
        insert into host (id, name, site_id, state, created_at)
        select ?, ?, id, 'REGISTERED', now() from site where name = ?
        """,
        UUID.nameUUIDFromBytes(seed),
        full,
        site);
    return full;
  }

  /** A network whose addresses reach for 100,000 instances; no host could make it. */
  void network() throws SQLException {
    network("10.224.0.0/15");
  }

  void network(String cidr) throws SQLException {
    update(
        "insert into network values (gen_random_uuid(), ?, 'NAT', cast(? as cidr), now())",
        NETWORK, cidr);
  }

  /**
   * Instances, spread over all hosts of {@link #host}, each with a port, and with the labels {@code
   * owner} (team-0 to team-49) and {@code tier} (four values).
   */
  void instances(int count, String image) throws SQLException {
    update(
        """
        insert into instance (id, name, spec, image_id, host_id, pool, power_state, power_seen_at,
                              labels, addresses, created_at)
        select gen_random_uuid(), ? || i,
               '{"flavor": "tiny", "vcpus": 1, "memoryMiB": 128, "diskGiB": [1], "sshKeys": [],
                 "guestTimeoutSeconds": 300}',
               ?, hosts.ids[1 + i % cardinality(hosts.ids)], 'fast', 'RUNNING', now(),
               jsonb_build_object('owner', 'team-' || i % 50,
                                  'tier', (array['web', 'app', 'data', 'test'])[1 + i % 4]),
               jsonb_build_array(host('10.224.0.10'::inet + i)), now() - i * interval '1 second'
        from generate_series(0, ? - 1) i,
             (select array_agg(id order by name) ids from host where name like 'bench-row-%') hosts
        """,
        PREFIX,
        UUID.fromString(image),
        count);
    update(
        """
        insert into port (instance_id, position, network_id, mac, ipv4)
        select i.id, 0, n.id, '52:54:ff:' || regexp_replace(lpad(to_hex(row_number() over ()), 6,
               '0'), '(..)(..)(..)', '\\1:\\2:\\3'), (i.addresses ->> 0)::inet
        from instance i, network n where i.name like 'bench-row-%' and n.name = ?
        """,
        NETWORK);
    update("analyze instance, port, host"); // as autovacuum does a minute later
  }

  List<UUID> ids() throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(MINE);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
    }
    return ids;
  }

  /** Nothing of an earlier run that was killed either. */
  private void clear() throws SQLException {
    update(
        "delete from idempotency_key where job_id in (select id from job where target_id in "
            + MINE
            + ")");
    update("delete from job where target_id in " + MINE);
    update("delete from instance where name like 'bench-row-%'");
    update("delete from network where name like 'bench-row-%'");
    update("delete from host where name like 'bench-row-%'");
  }

  /** What is done with each row of an answer. */
  @FunctionalInterface
  interface Row {
    void take(ResultSet row) throws SQLException;
  }

  void query(String sql, Row each, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          each.take(rows);
        }
      }
    }
  }

  void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  @Override
  public void close() throws SQLException {
    try (connection) {
      clear();
    }
  }
}
