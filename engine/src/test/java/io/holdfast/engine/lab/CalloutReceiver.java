package io.holdfast.engine.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.engine.webhook.WebhookMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Somebody outside whom a plan tells: does not answer the first call until it may. */
final class CalloutReceiver implements AutoCloseable {
  /** See HOLDFAST_CALLOUT_SECRET in lab/dev/services.sh. */
  private static final String SECRET = "what-the-lab-signs-with";

  /** See HOLDFAST_CALLOUT_ADDRESSES there. */
  private static final int PORT = 18123;

  private static final int NO_CONTENT = 204;

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final HttpServer server;

  CalloutReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::take);
    server.start();
  }

  /** {@code signed}: true when the signature is that of the body. */
  record Call(String delivery, boolean signed, String body) {}

  String address() {
    return "http://127.0.0.1:%d/steps".formatted(PORT);
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  void answer() {
    mayAnswer.countDown();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String signature = exchange.getRequestHeaders().getFirst("Holdfast-Signature");
    String delivery = exchange.getRequestHeaders().getFirst("Holdfast-Delivery");
    calls.add(new Call(delivery, WebhookMessage.signature(body, SECRET).equals(signature), body));
    try {
      mayAnswer.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    exchange.sendResponseHeaders(NO_CONTENT, -1);
    exchange.close();
  }

  @Override
  public void close() {
    answer();
    server.stop(0);
  }
}
