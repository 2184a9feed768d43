package io.holdfast.activities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import io.holdfast.activities.replication.Certificates;
import io.holdfast.config.InvalidSettingsException;
import io.holdfast.config.StreamSettings;
import io.holdfast.config.TemporalTlsSettings;
import io.holdfast.workflows.connection.Connections;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to a front end that shows who it is, and asks who comes. */
class TemporalTlsTest {
  @TempDir Path folder;

  private StreamSettings files;
  private Server server;

  @BeforeEach
  void listen() throws Exception {
    files = new Certificates(folder).settings("one", 0);
    server =
        Grpc.newServerBuilderForPort(
                files.port(),
                TlsServerCredentials.newBuilder()
                    .keyManager(new File(files.certificate()), new File(files.key()))
                    .trustManager(new File(files.authority()))
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                    .build())
            .addService(new FrontEnd())
            .build()
            .start();
  }

  @AfterEach
  void end() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  @Test
  void bothShowWhoTheyAre() {
    assertThat(describe(files.address(), tls(files.certificate(), files.key(), ""))).isTrue();
  }

  @Test
  void anAddressThatTheCertificateDoesNotNameNeedsTheNameThatItDoes() {
    String address = "localhost:" + files.port();
    assertThat(describe(address, tls(files.certificate(), files.key(), ""))).isFalse();
    assertThat(describe(address, tls(files.certificate(), files.key(), "127.0.0.1"))).isTrue();
  }

  @Test
  void whoShowsNothingIsNotLetIn() {
    assertThat(describe(files.address(), tls("", "", ""))).isFalse();
    assertThat(describe(files.address(), TemporalTlsSettings.NONE)).isFalse();
  }

  @Test
  void aFrontEndThatAnotherAuthoritySignedIsNotTalkedTo() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    String other = new Certificates(elsewhere).settings("other", 0).authority();
    TemporalTlsSettings tls =
        new TemporalTlsSettings(true, other, files.certificate(), files.key(), "");
    assertThat(describe(files.address(), tls)).isFalse();
  }

  @Test
  void aFileThatCannotBeUsedIsNamed() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    assertThatThrownBy(() -> tls(empty.toString(), files.key(), "").context())
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(empty.toString())
        .hasMessageContaining("temporal.tls");
    String absent = folder.resolve("absent.pem").toString();
    assertThatThrownBy(() -> tls(files.certificate(), absent, "").context())
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(absent + ": there is no such file to read (temporal.tls.key)");
  }

  private TemporalTlsSettings tls(String certificate, String key, String serverName) {
    return new TemporalTlsSettings(true, files.authority(), certificate, key, serverName);
  }

  /** Whether the front end answers within seconds. */
  private static boolean describe(String address, TemporalTlsSettings tls) {
    WorkflowServiceStubs stubs = Connections.to(address, tls.context(), tls.serverName());
    try {
      return stubs
          .blockingStub()
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .describeNamespace(DescribeNamespaceRequest.getDefaultInstance())
          .getIsGlobalNamespace();
    } catch (RuntimeException refused) {
      return false;
    } finally {
      stubs.shutdownNow();
    }
  }

  private static final class FrontEnd extends WorkflowServiceGrpc.WorkflowServiceImplBase {
    @Override
    public void getSystemInfo(
        GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answers) {
      answers.onNext(GetSystemInfoResponse.getDefaultInstance());
      answers.onCompleted();
    }

    @Override
    public void describeNamespace(
        DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> answers) {
      answers.onNext(DescribeNamespaceResponse.newBuilder().setIsGlobalNamespace(true).build());
      answers.onCompleted();
    }
  }
}
