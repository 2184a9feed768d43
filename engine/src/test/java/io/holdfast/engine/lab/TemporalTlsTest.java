package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose worker reaches Temporal by TLS alone. */
@Tag("lab")
@Tag("long")
class TemporalTlsTest {
  private static final String HOST = "beta1";
  private static final String FRONT = "alpha1";
  private static final String WORKER = "worker-" + HOST;

  private final Api api = new Api();

  @TempDir Path folder;

  @Test
  void aHostWorksForAnEngineThroughTls() throws IOException {
    String[] temporal = Lab.variable("TEMPORAL_ADDRESS").split(":", 2);
    int port = Integer.parseInt(temporal[1]);
    String bridge = URI.create(Lab.variable("HOLDFAST_URL")).getHost();
    copyCertificates();
    try (TlsFront front =
        new TlsFront(
            new InetSocketAddress(bridge, port),
            new InetSocketAddress(temporal[0], port),
            folder)) {
      restart(
          "TEMPORAL_ADDRESS=%s:%d".formatted(bridge, port),
          "TEMPORAL_TLS=true",
          "TEMPORAL_TLS_SERVER_CA_CERT_PATH=" + file(HOST, "ca.crt"),
          "TEMPORAL_TLS_CLIENT_CERT_PATH=" + file(HOST, "host.crt"),
          "TEMPORAL_TLS_CLIENT_KEY_PATH=" + file(HOST, "host.key"),
          "TEMPORAL_TLS_SERVER_NAME=" + Lab.host(FRONT).address());
      try (Guests guests = new Guests(api)) {
        Api.Accepted made = guests.create(Guests.wanted(Guests.name("tls"), HOST, Map.of()));
        api.succeeds(made.job());
        guests.assertOneOf(made.target());
      }
      assertThat(front.guests()).isNotEmpty().allMatch(name -> name.contains(HOST));
    } finally {
      Lab.on(Lab.host(HOST), "rm", environment());
      restart();
    }
  }

  /** The front shows what another host of the lab would: its own would be no stranger's. */
  private void copyCertificates() throws IOException {
    for (String name : List.of("ca.crt", "host.crt", "host.key")) {
      Files.write(folder.resolve(name), Lab.on(Lab.host(HOST), "cat", file(FRONT, name)));
    }
  }

  private static void restart(String... environment) {
    if (environment.length > 0) {
      String text = String.join("\n", environment);
      Lab.on(Lab.host(HOST), "sh", "-c", "echo \"$0\" >\"$1\"", text, environment());
    }
    Lab.stop(WORKER);
    Lab.start(WORKER);
  }

  private static String environment() {
    return Lab.variable("HOLDFAST_STATE") + "/run/" + WORKER + ".environment";
  }

  private static String file(String host, String name) {
    return Lab.variable("HOLDFAST_STATE") + "/data/hosts/" + host + "/tls/" + name;
  }
}
