package io.holdfast.engine.lab;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Engine, PostgreSQL and Temporal: backed up while they work, lost with all that they keep, and
 * made anew of the backup. Follows docs/operating.md to the letter; Temporal's store is in no
 * backup.
 */
final class ControlPlane implements AutoCloseable {
  private static final Duration COPIES = Duration.ofMinutes(2);

  private final Lab.Host hands;
  private final String data = Lab.variable("HOLDFAST_STATE") + "/data";
  private final String backup = Lab.variable("HOLDFAST_STATE") + "/control-plane-backup";

  /**
   * {@code hands}: a host from which files of the control plane are copied, since they are root's.
   */
  ControlPlane(Lab.Host hands) {
    this.hands = hands;
  }

  /** A base backup as PostgreSQL's manual has it, and the engine's files. */
  void backUp() {
    shell("rm -rf \"$2\"; mkdir -m 700 \"$2\"");
    try (Connection database = administration();
        Statement statement = database.createStatement()) {
      statement.execute("select pg_backup_start('control plane', true)");
      // status 1: a file was written to meanwhile, which the log makes good
      shell("tar -C \"$1\" -cf \"$2/postgres.tar\" postgres 2>\"$2/changed\" || [ $? = 1 ]");
      try (ResultSet label =
          statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
        label.next();
        shell("printf %s \"$3\" >\"$2/backup_label\"", label.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    shell(
        """
        tar -C "$1" -cf "$2/wal.tar" postgres/pg_wal
        cp -a --reflink=auto "$1/images" "$1/keys" "$1/signing-key" "$2"
        """);
  }

  /** Nothing is shut down; what they kept is gone. */
  void lose() {
    Lab.kill("engine");
    Lab.kill("temporal");
    Lab.kill("postgres");
    shell(
        """
        until ! readlink /proc/[0-9]*/cwd | grep -qxF "$1/postgres"; do :; done # its processes end
        cd "$1" && rm -rf postgres temporal images keys signing-key
        """);
  }

  void restore() {
    shell(
        """
        tar -C "$1" -xf "$2/postgres.tar"
        tar -C "$1" -xf "$2/wal.tar"
        cp "$2/backup_label" "$1/postgres"
        cp -a --reflink=auto "$2/images" "$2/keys" "$2/signing-key" "$1"
        """);
    Lab.start("postgres");
    Lab.sql("select setval('job_generation', nextval('job_generation') + 1000000)");
    Lab.start("temporal");
    Lab.start("engine");
  }

  private void shell(String script) {
    shell(script, "");
  }

  private void shell(String script, String third) {
    Lab.on(COPIES, hands, "bash", "-euc", script, "bash", data, backup, third);
  }

  /** The lab's role may make backups, but only here. */
  private static Connection administration() throws SQLException {
    URI address = URI.create(Lab.variable("DATABASE_URL"));
    String[] who = address.getUserInfo().split(":", 2);
    String url = "jdbc:postgresql://%s:%d/postgres".formatted(address.getHost(), address.getPort());
    return DriverManager.getConnection(url, who[0], who[1]);
  }

  @Override
  public void close() {
    shell("rm -rf \"$2\"");
  }
}
