package io.holdfast.engine.lab;

import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A front of Temporal that talks TLS alone, and lets in who shows a certificate of its authority;
 * the laboratory's Temporal knows no TLS.
 */
final class TlsFront implements AutoCloseable {
  private final SSLServerSocket listening;
  private final InetSocketAddress behind;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> guests = new CopyOnWriteArrayList<>();

  /** {@code certificates}: a folder with host.crt, host.key and ca.crt. */
  TlsFront(InetSocketAddress at, InetSocketAddress behind, Path certificates) {
    this.behind = behind;
    try {
      File authority = certificates.resolve("ca.crt").toFile();
      File certificate = certificates.resolve("host.crt").toFile();
      JdkSslContext context =
          (JdkSslContext)
              SslContextBuilder.forServer(certificate, certificates.resolve("host.key").toFile())
                  .trustManager(authority)
                  .sslProvider(SslProvider.JDK)
                  .build();
      InetAddress address = at.getAddress();
      listening =
          (SSLServerSocket)
              context
                  .context()
                  .getServerSocketFactory()
                  .createServerSocket(at.getPort(), 0, address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listening.setNeedClientAuth(true);
    SSLParameters parameters = listening.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    listening.setSSLParameters(parameters);
    threads.execute(this::listen);
  }

  /** The names on the certificates of those that were let in. */
  List<String> guests() {
    return List.copyOf(guests);
  }

  private void listen() {
    while (!listening.isClosed()) {
      try {
        SSLSocket near = (SSLSocket) listening.accept();
        threads.execute(() -> forward(near));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void forward(SSLSocket near) {
    try (near;
        Socket far = new Socket(behind.getAddress(), behind.getPort())) {
      open.add(near);
      near.startHandshake();
      guests.add(near.getSession().getPeerPrincipal().getName());
      threads.execute(() -> pump(far, near));
      pump(near, far);
    } catch (IOException refused) {
      open.remove(near); // it is told by TLS itself
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      long unused = from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // either end has gone, and so does this
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
