package io.holdfast.activities.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Serves one file by HTTP with Range, as an image store does; may break off once. */
public final class ContentServer implements AutoCloseable {
  private final HttpServer server;
  private final Path file;
  private final List<String> ranges = new ArrayList<>();
  private int breakAfter = -1;

  /** Serves the file on a free port of this host's loopback. */
  public ContentServer(Path file) throws IOException {
    this.file = file;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/image";
  }

  /** Breaks the next answer off after so many bytes. */
  public synchronized void breakAfter(int bytes) {
    breakAfter = bytes;
  }

  /** The Range headers that came, "" for none. */
  public synchronized List<String> ranges() {
    return List.copyOf(ranges);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    byte[] content = Files.readAllBytes(file);
    @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "" : range);
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
    int length = content.length - from;
    if (breakAfter >= 0) {
      length = Math.min(length, breakAfter);
      breakAfter = -1;
    }
    exchange.getResponseBody().write(content, from, length);
    exchange.getResponseBody().flush(); // a JDK that buffers would break off before the first byte
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
