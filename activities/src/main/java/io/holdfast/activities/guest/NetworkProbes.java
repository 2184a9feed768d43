package io.holdfast.activities.guest;

import io.holdfast.workflows.model.ProbeSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Asks a guest over the network, from its host: so it is that host's guest that answers. */
final class NetworkProbes {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Path NEIGHBOURS = Path.of("/proc/net/arp");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  Sighting connect(ProbeSpec probe) {
    String address = Objects.requireNonNull(probe.address(), "an address");
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address, probe.port()), Math.toIntExact(PATIENCE.toMillis()));
      return Sighting.right("connected");
    } catch (IOException refused) {
      return Sighting.wrong(words(refused));
    }
  }

  Sighting get(ProbeSpec probe) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(probe.target())).timeout(PATIENCE).GET().build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      String text = probe.text();
      String seen = answer.statusCode() + ": " + answer.body();
      boolean right =
          answer.statusCode() == probe.status() && (text == null || answer.body().contains(text));
      return right ? Sighting.right(seen) : Sighting.wrong(seen);
    } catch (IOException refused) {
      return Sighting.wrong(words(refused));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Stopped while a guest was asked", stopped);
    }
  }

  /** As {@link GuestNic#impostor}, by this host's neighbours. */
  Optional<String> impostor(String address, ProbeSpec.ProbeNic nic) {
    try {
      return GuestNic.impostor(Files.readAllLines(NEIGHBOURS), address, nic);
    } catch (IOException unreadable) {
      return Optional.of("%s: %s".formatted(NEIGHBOURS, words(unreadable)));
    }
  }

  private static String words(IOException refused) {
    String message = refused.getMessage();
    return message == null ? refused.getClass().getSimpleName() : message;
  }
}
