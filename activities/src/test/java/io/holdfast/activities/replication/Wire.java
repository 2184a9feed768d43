package io.holdfast.activities.replication;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A wire to a port of this machine that counts what goes in, and can be cut. */
final class Wire implements AutoCloseable {
  private final ServerSocket entry = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  private final int target;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  Wire(int target) throws IOException {
    this.target = target;
    start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + entry.getLocalPort();
  }

  /** Bytes that went in so far. */
  long sent() {
    return sent.get();
  }

  /** Cuts every connection once so many more bytes went in; new ones are whole again. */
  void cutAfter(long bytes) {
    cutAt.set(sent.get() + bytes);
  }

  private void accept() throws IOException {
    while (!entry.isClosed()) {
      Socket near = entry.accept();
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(near);
      sockets.add(far);
      start(() -> copy(near, far, true));
      start(() -> copy(far, near, false));
    }
  }

  private void copy(Socket from, Socket to, boolean in) throws IOException {
    byte[] buffer = new byte[64 << 10];
    try (from;
        to) {
      InputStream source = from.getInputStream();
      OutputStream sink = to.getOutputStream();
      for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
        sink.write(buffer, 0, count);
        if (in && sent.addAndGet(count) >= cutAt.get()) {
          cutAt.set(Long.MAX_VALUE);
          return;
        }
      }
    }
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException ended) {
                // a wire's end is no news
              }
            },
            "wire");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    entry.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @FunctionalInterface
  private interface Task {
    void run() throws IOException;
  }
}
