package io.holdfast.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 15 to 18.
 *
 * @param url JDBC address, {@code jdbc:postgresql://host:port/name}
 * @param maxConnections of one engine; 16 unless told
 */
public record DatabaseSettings(
    @NotBlank @Pattern(regexp = "jdbc:postgresql:.*", message = "must begin with jdbc:postgresql:")
        String url,
    @NotBlank String user,
    @Nullable String password,
    @Min(2) @Max(1000) Integer maxConnections) {
  public DatabaseSettings {
    maxConnections = maxConnections == null ? 16 : maxConnections;
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + url + " as " + user + "]";
  }
}
