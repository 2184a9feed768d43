package io.holdfast.config;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * How this host's worker and those of other hosts reach each other, under mutual TLS.
 *
 * @param address host:port that is listened on, and told to others
 * @param certificate file of this host's certificate, PEM; it names the address's host
 * @param key file of its private key, PEM
 * @param authority file of the certificates that sign those of all hosts, PEM
 * @param bytesPerSecond the most that is sent; 0, unless told, for no limit
 */
public record StreamSettings(
    @NotNull @Pattern(regexp = "[^:]+:\\d{1,5}", message = "must be host:port") String address,
    @NotNull @Size(min = 1) String certificate,
    @NotNull @Size(min = 1) String key,
    @NotNull @Size(min = 1) String authority,
    @Min(0) Long bytesPerSecond) {
  public StreamSettings {
    bytesPerSecond = bytesPerSecond == null ? 0L : bytesPerSecond;
  }

  /** The address's host. */
  public String host() {
    return address.substring(0, address.lastIndexOf(':'));
  }

  /** The address's port. */
  public int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
