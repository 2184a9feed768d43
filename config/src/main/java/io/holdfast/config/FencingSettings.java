package io.holdfast.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Map;

/**
 * How hosts are switched off that do not answer.
 *
 * @param agent a program with the contract of ClusterLabs' fence agents, as it stands in the
 *     settings; empty: none
 * @param options for every call
 * @param hosts options for single hosts, by name; "plug" is the host's name unless they say so
 * @param timeoutSeconds for each of its two calls; 60 unless told
 * @param leaseSeconds how long a host with a watchdog may run on the last word of the ledger; 180
 *     unless told
 */
public record FencingSettings(
    @NotNull @Pattern(regexp = "|/\\S+", message = "must be an absolute path") String agent,
    Map<String, String> options,
    Map<String, Map<String, String>> hosts,
    @Min(1) @Max(150) Integer timeoutSeconds,
    @Min(30) @Max(3600) Integer leaseSeconds) {
  private static final int DEFAULT_TIMEOUT = 60;
  private static final int DEFAULT_LEASE = 180;

  /** No agent. */
  public static final FencingSettings NONE =
      new FencingSettings("", Map.of(), Map.of(), DEFAULT_TIMEOUT, DEFAULT_LEASE);

  public FencingSettings {
    agent = agent == null ? "" : agent;
    options = options == null ? Map.of() : Map.copyOf(options);
    hosts = hosts == null ? Map.of() : Map.copyOf(hosts);
    timeoutSeconds = timeoutSeconds == null ? DEFAULT_TIMEOUT : timeoutSeconds;
    leaseSeconds = leaseSeconds == null ? DEFAULT_LEASE : leaseSeconds;
  }
}
