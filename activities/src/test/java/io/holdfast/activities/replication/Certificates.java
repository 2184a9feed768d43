package io.holdfast.activities.replication;

import io.holdfast.activities.qemu.Commands;
import io.holdfast.config.StreamSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An authority and certificates that it signed for 127.0.0.1, made by openssl. */
public final class Certificates {
  private final Path folder;

  public Certificates(Path folder) throws IOException {
    this.folder = folder;
    Commands.require(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            file("ca.key"),
            "-out",
            file("ca.crt"),
            "-subj",
            "/CN=authority",
            "-days",
            "2"));
  }

  /** Settings on a free port of 127.0.0.1 with a new certificate. */
  public StreamSettings settings(String name, long bytesPerSecond) throws IOException {
    Path extensions = folder.resolve(name + ".ext");
    Files.writeString(extensions, "subjectAltName=IP:127.0.0.1\n");
    Commands.require(
        List.of(
            "openssl",
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            file(name + ".key"),
            "-out",
            file(name + ".csr"),
            "-subj",
            "/CN=" + name));
    Commands.require(
        List.of(
            "openssl",
            "x509",
            "-req",
            "-in",
            file(name + ".csr"),
            "-CA",
            file("ca.crt"),
            "-CAkey",
            file("ca.key"),
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            extensions.toString(),
            "-out",
            file(name + ".crt")));
    return new StreamSettings(
        "127.0.0.1:" + freePort(),
        file(name + ".crt"),
        file(name + ".key"),
        file("ca.crt"),
        bytesPerSecond);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
