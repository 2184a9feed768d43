package io.holdfast.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * The Temporal service, of any size.
 *
 * @param address {@code host:port} of its gRPC front end
 * @param namespace "default" unless told
 * @param tls none unless told
 */
public record TemporalSettings(
    @NotBlank @Pattern(regexp = "[^:/\\s]+:\\d{1,5}", message = "must be host:port") String address,
    @NotBlank String namespace,
    @Valid @NotNull TemporalTlsSettings tls) {
  public TemporalSettings {
    namespace = namespace == null ? "default" : namespace;
    tls = tls == null ? TemporalTlsSettings.NONE : tls;
  }
}
