package io.holdfast.config;

import io.dropwizard.validation.ValidationMethod;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS to Temporal. Files are PEM, and read when the process starts.
 *
 * @param enabled false, unless told, for plain gRPC
 * @param authority file of the certificates that sign Temporal's; empty, unless told, for those
 *     that this Java trusts
 * @param certificate file of the certificate that this process shows; empty, unless told, for none
 * @param key file of its private key
 * @param serverName what Temporal's certificate names; empty, unless told, for the address's host
 */
public record TemporalTlsSettings(
    boolean enabled, String authority, String certificate, String key, String serverName) {
  /** What holds when the settings do not speak of it. */
  public static final TemporalTlsSettings NONE = new TemporalTlsSettings(false, "", "", "", "");

  public TemporalTlsSettings {
    authority = authority == null ? "" : authority;
    certificate = certificate == null ? "" : certificate;
    key = key == null ? "" : key;
    serverName = serverName == null ? "" : serverName;
  }

  /** Who names files means TLS; without this, commands to hosts would go in clear. */
  @ValidationMethod(
      message = "temporal.tls names files or a server, and is not enabled (TEMPORAL_TLS)")
  boolean isMeant() {
    return enabled || (authority + certificate + key + serverName).isEmpty();
  }

  @ValidationMethod(message = "temporal.tls needs a key beside its certificate")
  boolean isWhole() {
    return certificate.isEmpty() == key.isEmpty();
  }

  /**
   * What the files hold; null for plain gRPC.
   *
   * @throws InvalidSettingsException with one line that names the file and the cause
   */
  public @Nullable SslContext context() {
    if (!enabled) {
      return null;
    }
    SslContextBuilder context = GrpcSslContexts.forClient();
    try {
      if (!authority.isEmpty()) {
        context.trustManager(file(authority, "authority"));
      }
      if (!certificate.isEmpty()) {
        context.keyManager(file(certificate, "certificate"), file(key, "key"));
      }
      return context.build();
    } catch (SSLException | IllegalArgumentException unusable) {
      throw InvalidSettingsException.of("temporal.tls", unusable);
    }
  }

  private static File file(String path, String setting) {
    File file = new File(path);
    if (!file.canRead()) {
      throw InvalidSettingsException.ofFile(
          file.toPath(), "there is no such file to read (temporal.tls." + setting + ")", null);
    }
    return file;
  }
}
