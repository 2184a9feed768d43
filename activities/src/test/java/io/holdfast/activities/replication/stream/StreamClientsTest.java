package io.holdfast.activities.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.replication.TwoHosts;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.OpenedReplica;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to hosts that are away for a while. */
class StreamClientsTest {
  private static final int CONNECTS_MILLIS = 10_000;

  @TempDir Path folder;

  /** Its failure is not told once more in the place of a new attempt. */
  @Test
  void anAddressThatDidNotAnswerIsAskedAgainAtOnce() throws IOException {
    int port = freePort();
    OpenedReplica away = new OpenedReplica("127.0.0.1:" + port, "token");
    try (TwoHosts hosts = new TwoHosts(folder, 0)) {
      assertThatThrownBy(() -> hosts.outlet(away).next())
          .isInstanceOfSatisfying(
              ApplicationFailure.class,
              failure -> assertThat(failure.getType()).isEqualTo(FailureType.STREAM_BROKEN.name()));
      try (ServerSocket back = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
          Outlet again = hosts.outlet(away)) {
        back.setSoTimeout(CONNECTS_MILLIS);
        try (Socket asked = back.accept()) {
          assertThat(asked.isConnected()).isTrue();
        }
        assertThat(again.poll()).isNull();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
