package io.holdfast.engine.lab;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/** The engine's database, behind its back. */
final class Ledger {
  private Ledger() {}

  /** The lab tells the address in {@code psql}'s way, with user and password in it. */
  static Connection connect() throws SQLException {
    URI address = URI.create(Lab.variable("DATABASE_URL"));
    String[] who = address.getUserInfo().split(":", 2);
    String url =
        "jdbc:postgresql://%s:%d%s"
            .formatted(address.getHost(), address.getPort(), address.getPath());
    return DriverManager.getConnection(url, who[0], who[1]);
  }

  /** As if the image had never been brought to any host. */
  static void forgetCopies(String image) {
    try (Connection connection = connect();
        PreparedStatement delete =
            connection.prepareStatement("delete from image_copy where image_id = ?")) {
      delete.setObject(1, UUID.fromString(image));
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
